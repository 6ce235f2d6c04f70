package dev.gatehouse.signin;

import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Secret;
import dev.gatehouse.web.Call;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * By which a browser is known again after its session has ended: nobody is signed in by it, but wrong passwords from elsewhere do not hold up whoever has it (decision
 * 0286). It goes to the sign-in pages alone.
 */
record DeviceCookie(Secret value) {
    /** Over https (RFC 6265bis §4.1.3.1); it cannot have the prefix that wants the path of everything. */
    static final String SECURE_NAME = "__Secure-gh-device";

    /** Over http on this machine. */
    static final String PLAIN_NAME = "gh-device";

    private static final Duration KEPT = Duration.ofDays(90);
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    static DeviceCookie fresh(SecureRandom random) {
        return new DeviceCookie(new Secret(RandomText.of(random, 32)));
    }

    /** What the browser sent; empty for what no cookie of ours looks like. {@code url} is what browsers see. */
    static Optional<DeviceCookie> of(Call call, String url) {
        return call.cookie(name(url))
                .filter(text -> SHAPE.matcher(text).matches())
                .map(text -> new DeviceCookie(new Secret(text)));
    }

    /** The value of {@code Set-Cookie}: as long as the browser is remembered, counted from now. */
    String set(String url) {
        return name(url) + "=" + value.reveal() + "; Path=/login; Max-Age=" + KEPT.toSeconds()
                + "; HttpOnly; SameSite=Lax" + (url.startsWith("https:") ? "; Secure" : "");
    }

    /** What is stored. */
    Buffer hash() {
        return OneTime.hash(value.reveal());
    }

    private static String name(String url) {
        return url.startsWith("https:") ? SECURE_NAME : PLAIN_NAME;
    }
}
