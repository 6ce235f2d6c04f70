package dev.gatehouse.tokens;

import dev.gatehouse.keys.Base64Url;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A signed JWT taken apart (RFC 7515 §7.1), nothing believed yet. Three segments of canonical base64url and two strict JSON objects, so that one token has one
 * spelling: no padding, no leftover bits, no fourth segment, no unsecured form.
 */
@SuppressWarnings("ArrayRecordComponent") // lives within one call and is never compared
record CompactToken(Map<String, Object> header, Map<String, Object> payload, byte[] signedText, byte[] signature) {
    private static final int LONGEST_HEADER = 2048;

    /** What makes a token unreadable, as a sentence that may be shown. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String why) {
            super(why, null, false, false);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    static CompactToken parse(String token, int longest) throws Unreadable {
        if (token.length() > longest) throw new Unreadable("the token is longer than " + longest + " characters");
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 0 || second < 0 || token.indexOf('.', second + 1) >= 0)
            throw new Unreadable("the token does not have three segments");
        if (first > LONGEST_HEADER) throw new Unreadable("the token's header is too long");
        byte[] signature = bytes(token, second + 1, token.length(), "signature");
        if (signature.length == 0) throw new Unreadable("the token is not signed");
        return new CompactToken(
                object(token, 0, first, "header"),
                object(token, first + 1, second, "payload"),
                token.substring(0, second).getBytes(StandardCharsets.ISO_8859_1),
                signature);
    }

    private static Map<String, Object> object(String token, int from, int to, String part) throws Unreadable {
        try {
            return StrictJson.object(bytes(token, from, to, part));
        } catch (StrictJson.Malformed e) {
            throw new Unreadable("the token's " + part + " does not hold: " + e.getMessage());
        }
    }

    private static byte[] bytes(String token, int from, int to, String part) throws Unreadable {
        byte[] bytes = Base64Url.decode(token, from, to);
        if (bytes == null) throw new Unreadable("the token's " + part + " is not canonical base64url");
        return bytes;
    }
}
