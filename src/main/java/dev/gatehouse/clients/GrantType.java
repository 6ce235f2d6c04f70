package dev.gatehouse.clients;

import java.util.Arrays;
import java.util.Optional;

/** What a client may show the token endpoint for tokens (RFC 6749 §1.3, RFC 8628, RFC 8693). */
public enum GrantType {
    AUTHORIZATION_CODE("authorization_code"),
    REFRESH_TOKEN("refresh_token"),
    CLIENT_CREDENTIALS("client_credentials"),
    DEVICE_CODE("urn:ietf:params:oauth:grant-type:device_code"),
    TOKEN_EXCHANGE("urn:ietf:params:oauth:grant-type:token-exchange");

    private final String wireName;

    GrantType(String wireName) {
        this.wireName = wireName;
    }

    /** What {@code grant_type} says. */
    public String wireName() {
        return wireName;
    }

    public static Optional<GrantType> named(String wireName) {
        return Arrays.stream(values())
                .filter(each -> each.wireName.equals(wireName))
                .findFirst();
    }

    @Override
    public String toString() {
        return wireName;
    }
}
