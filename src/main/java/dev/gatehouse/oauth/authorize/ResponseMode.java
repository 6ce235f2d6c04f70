package dev.gatehouse.oauth.authorize;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How an answer reaches the client (OAuth 2.0 Multiple Response Types §2.1, OAuth 2.0 Form Post Response Mode §2). */
enum ResponseMode {
    QUERY,
    FRAGMENT,
    FORM_POST;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ResponseMode> named(String wireName) {
        return Arrays.stream(values())
                .filter(each -> each.wireName().equals(wireName))
                .findFirst();
    }
}
