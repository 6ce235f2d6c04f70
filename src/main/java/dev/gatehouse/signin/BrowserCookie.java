package dev.gatehouse.signin;

import dev.gatehouse.vocabulary.Secret;
import dev.gatehouse.web.Call;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * The one cookie that a browser holds of ours: 256 bits that name the browser before anybody has signed in, and a session afterwards; never the same ones. Always
 * SameSite=Lax, so that a client's link finds the session (never Strict, never None).
 */
public record BrowserCookie(Secret value) {
    /** Over https; the prefix keeps other hosts and paths from setting it (RFC 6265bis §4.1.3.2). */
    public static final String SECURE_NAME = "__Host-gh";

    /** Over http on this machine. */
    public static final String PLAIN_NAME = "gh";

    public static BrowserCookie fresh(SecureRandom random) {
        return new BrowserCookie(CookieSecret.fresh(random));
    }

    /** What the browser sent; empty for what no cookie of ours looks like. {@code url} is what browsers see. */
    public static Optional<BrowserCookie> of(Call call, String url) {
        return CookieSecret.of(call, name(url)).map(BrowserCookie::new);
    }

    /** The value of {@code Set-Cookie}; it goes when the browser closes, and the session behind it has limits of its own. */
    public String set(String url) {
        return name(url) + "=" + value.reveal() + "; Path=/" + CookieSecret.guarded(url);
    }

    /** The value of {@code Set-Cookie} that takes it away. */
    public static String unset(String url) {
        return name(url) + "=; Path=/; Max-Age=0" + CookieSecret.guarded(url);
    }

    /** What is stored. */
    public Buffer hash() {
        return CookieSecret.hash(value);
    }

    private static String name(String url) {
        return url.startsWith("https:") ? SECURE_NAME : PLAIN_NAME;
    }
}
