package dev.gatehouse.oauth.authorize;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a client wants the person to be asked, or not to be (OpenID Connect Core §3.1.2.1). */
enum Prompt {
    NONE,
    LOGIN,
    CONSENT,
    SELECT_ACCOUNT;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Prompt> named(String wireName) {
        return Arrays.stream(values())
                .filter(each -> each.wireName().equals(wireName))
                .findFirst();
    }
}
