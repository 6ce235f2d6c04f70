package dev.gatehouse.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Codes of authenticator apps (RFC 6238): six digits of an HMAC-SHA-1 over the number of the step, thirty seconds each. Other hashes and lengths are allowed by the
 * RFC and not understood by many apps. SHA-1 is no weakness here: nothing of HMAC rests on collisions.
 */
final class Totp {
    static final int STEP_SECONDS = 30;
    static final int DIGITS = 6;

    /** How far the clock of a phone may be off, in steps; each one more is one more code that is right by luck. */
    static final int DRIFT = 1;

    private static final int LONGEST_TYPED = 32;

    private Totp() {}

    static long stepAt(Instant now) {
        return Math.floorDiv(now.getEpochSecond(), STEP_SECONDS);
    }

    static String code(byte[] seed, long step) {
        return String.format(Locale.ROOT, "%06d", number(seed, step) % 1_000_000);
    }

    /** The oldest step after {@code last} whose code was typed, of those that are one off at most. */
    static OptionalLong match(byte[] seed, String digits, Instant now, long last) {
        long current = stepAt(now);
        var match = OptionalLong.empty();
        for (long step = current + DRIFT; step >= current - DRIFT; step--)
            if (isSame(code(seed, step), digits) && step > last) match = OptionalLong.of(step);
        return match;
    }

    /** What somebody typed as six digits of any script, with or without spaces; empty for anything else. */
    static Optional<String> digits(String typed) {
        if (typed.length() > LONGEST_TYPED) return Optional.empty();
        var digits = new StringBuilder();
        for (int at = 0; at < typed.length(); at += Character.charCount(typed.codePointAt(at))) {
            int point = typed.codePointAt(at);
            if (Character.isWhitespace(point) || Character.isSpaceChar(point)) continue;
            if (!Character.isDigit(point)) return Optional.empty();
            digits.append(Character.digit(point, 10));
        }
        return digits.length() == DIGITS ? Optional.of(digits.toString()) : Optional.empty();
    }

    /** Dynamic truncation: 31 bits from where the last four of the HMAC point to (RFC 4226 §5.3). */
    static int number(byte[] seed, long counter) {
        byte[] hmac =
                hmac(seed, ByteBuffer.allocate(Long.BYTES).putLong(counter).array());
        return ByteBuffer.wrap(hmac).getInt(hmac[hmac.length - 1] & 0xf) & Integer.MAX_VALUE;
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-1", e);
        }
    }
}
