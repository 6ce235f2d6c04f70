package dev.gatehouse.vocabulary;

import java.security.SecureRandom;
import java.util.Base64;

/** Text that nobody can guess, in the URL-safe alphabet (RFC 4648 §5) without padding. */
public final class RandomText {
    private RandomText() {}

    /** Sixteen bytes name a thing for ever; a bearer secret takes 32. */
    public static String of(SecureRandom random, int bytes) {
        var raw = new byte[bytes];
        random.nextBytes(raw);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
    }
}
