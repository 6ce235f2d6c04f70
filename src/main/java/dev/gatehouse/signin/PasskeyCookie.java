package dev.gatehouse.signin;

import dev.gatehouse.web.Call;
import java.time.Duration;

/**
 * By which a browser remembers that whoever came in last has a passkey, so that the sign-in page puts it first (decision 0287). There is nothing secret in it, it proves
 * nothing, and it goes to the sign-in pages alone.
 */
final class PasskeyCookie {
    private static final String VALUE = "first";
    private static final Duration KEPT = Duration.ofDays(90);

    private PasskeyCookie() {}

    /** Whether the browser brought it. {@code url} is what browsers see. */
    static boolean with(Call call, String url) {
        return call.cookie(name(url)).filter(VALUE::equals).isPresent();
    }

    /** The value of {@code Set-Cookie} that leaves it there, or takes it away. */
    static String set(boolean has, String url) {
        return name(url) + "=" + (has ? VALUE : "") + "; Path=/login; Max-Age=" + (has ? KEPT.toSeconds() : 0)
                + "; HttpOnly; SameSite=Lax" + (url.startsWith("https:") ? "; Secure" : "");
    }

    private static String name(String url) {
        return url.startsWith("https:") ? "__Secure-gh-passkey" : "gh-passkey";
    }
}
