package dev.gatehouse.signin;

import dev.gatehouse.vocabulary.Secret;
import dev.gatehouse.web.Call;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * By which a browser is known again after its session has ended: nobody is signed in by it, but wrong passwords from elsewhere do not hold up whoever has it (decision
 * 0286). It goes to the sign-in pages alone.
 */
record DeviceCookie(Secret value) {
    /** Over https (RFC 6265bis §4.1.3.1); it cannot have the prefix that wants the path of everything. */
    static final String SECURE_NAME = "__Secure-gh-device";

    /** Over http on this machine. */
    static final String PLAIN_NAME = "gh-device";

    /** For how long a browser is known, counted from the last sign-in there. */
    static final Duration KEPT = Duration.ofDays(90);

    static DeviceCookie fresh(SecureRandom random) {
        return new DeviceCookie(CookieSecret.fresh(random));
    }

    /** What the browser sent; empty for what no cookie of ours looks like. {@code url} is what browsers see. */
    static Optional<DeviceCookie> of(Call call, String url) {
        return CookieSecret.of(call, name(url)).map(DeviceCookie::new);
    }

    /** The value of {@code Set-Cookie}: as long as the browser is remembered, counted from now. */
    String set(String url) {
        return name(url) + "=" + value.reveal() + "; Path=/login; Max-Age=" + KEPT.toSeconds()
                + CookieSecret.guarded(url);
    }

    /** What is stored. */
    Buffer hash() {
        return CookieSecret.hash(value);
    }

    private static String name(String url) {
        return url.startsWith("https:") ? SECURE_NAME : PLAIN_NAME;
    }
}
