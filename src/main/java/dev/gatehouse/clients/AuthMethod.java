package dev.gatehouse.clients;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How a client proves which one it is (OpenID Connect Core §9, {@code token_endpoint_auth_method} of RFC 7591 §2). {@code client_secret_jwt} is not among them:
 * secrets are kept as hashes. The two ways by client certificate (RFC 8705 §2) will stand here.
 */
public enum AuthMethod {
    NONE,
    CLIENT_SECRET_BASIC,
    CLIENT_SECRET_POST,
    PRIVATE_KEY_JWT;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<AuthMethod> named(String wireName) {
        return Arrays.stream(values())
                .filter(each -> each.wireName().equals(wireName))
                .findFirst();
    }

    @Override
    public String toString() {
        return wireName();
    }
}
