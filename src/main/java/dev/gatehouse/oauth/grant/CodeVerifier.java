package dev.gatehouse.oauth.grant;

import dev.gatehouse.keys.Hashes;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What only the client that began a flow knows (RFC 7636 §4.1). */
record CodeVerifier(String value) {
    /** No challenge is this text, so a verifier without the right shape answers none. */
    static final String ANSWERS_NONE = "";

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    /** The challenge that it answers (§4.2, S256). */
    String challenge() {
        if (!SHAPE.matcher(value).matches()) return ANSWERS_NONE;
        return Hashes.sha256(value.getBytes(StandardCharsets.US_ASCII));
    }
}
