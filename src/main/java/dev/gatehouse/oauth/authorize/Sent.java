package dev.gatehouse.oauth.authorize;

import dev.gatehouse.web.FormBody;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The parameters of a request before anything of them is believed. {@code how} is the way they came. */
record Sent(FormBody form, How how) {
    enum How {
        /** In the address, or in a form of a page. */
        OPENLY,
        /** By the client itself, ahead of the browser (RFC 9126). */
        PUSHED,
        /** In a request object that the client has signed (RFC 9101), whichever way that came. */
        SIGNED,
        PUSHED_AND_SIGNED;

        boolean pushed() {
            return this == PUSHED || this == PUSHED_AND_SIGNED;
        }

        boolean signed() {
            return this == SIGNED || this == PUSHED_AND_SIGNED;
        }
    }

    Optional<String> field(String name) {
        return form.field(name);
    }

    List<String> resources() {
        return form.all("resource");
    }

    /** Words of a list in a single parameter, such as {@code prompt} (RFC 6749 §3.3). */
    List<String> words(String name) {
        return field(name)
                .map(text -> Arrays.stream(text.split(" ", -1))
                        .filter(word -> !word.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    boolean asksForOpenId() {
        return words("scope").contains("openid");
    }

    /** Whether who asks, or where the answer goes, can be read in two ways. */
    boolean unclearWhoAsks() {
        return form.twice().stream().anyMatch(name -> name.equals("client_id") || name.equals("redirect_uri"));
    }
}
