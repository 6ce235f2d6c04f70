package dev.gatehouse.edge;

import dev.gatehouse.tokens.Claims;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.BiConsumer;

/**
 * Tells an API who is calling. Every value is percent-encoded where it holds anything but visible ASCII, or a percent sign, so that two callers
 * never look alike and a role with a space in it is not two roles.
 */
final class IdentityFields {
    static final String SUBJECT = "X-Gatehouse-Subject";
    static final String USER = "X-Gatehouse-User";
    static final String CLIENT = "X-Gatehouse-Client";
    static final String SCOPES = "X-Gatehouse-Scopes";
    static final String ROLES = "X-Gatehouse-Roles";
    /** Instead of the others, where an API wants a JWT. */
    static final String IDENTITY = "X-Gatehouse-Identity";

    private IdentityFields() {}

    static void stamp(Claims claims, BiConsumer<String, String> to) {
        to.accept(SUBJECT, encoded(claims.subject()));
        if (claims.username().isPresent())
            to.accept(USER, encoded(claims.username().get()));
        if (claims.client().isPresent())
            to.accept(CLIENT, encoded(claims.client().get().value()));
        if (!claims.scopes().isEmpty()) to.accept(SCOPES, joined(claims.scopes().values()));
        if (!claims.roles().isEmpty()) to.accept(ROLES, joined(claims.roles()));
    }

    private static String joined(Collection<String> values) {
        var line = new StringBuilder(64);
        for (String value : values) {
            if (line.length() > 0) line.append(' ');
            line.append(encoded(value));
        }
        return line.toString();
    }

    static String encoded(String value) {
        for (int i = 0; i < value.length(); i++) if (!isPlain(value.charAt(i))) return percentEncoded(value);
        return value;
    }

    private static boolean isPlain(int c) {
        return c > 0x20 && c < 0x7f && c != '%';
    }

    private static String percentEncoded(String value) {
        var text = new StringBuilder(value.length() + 16);
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            int c = octet & 0xff;
            if (isPlain(c)) text.append((char) c);
            else text.append('%').append(hex(c >> 4)).append(hex(c & 15));
        }
        return text.toString();
    }

    private static char hex(int digit) {
        return Character.toUpperCase(Character.forDigit(digit, 16));
    }
}
