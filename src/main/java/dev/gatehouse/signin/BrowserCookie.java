package dev.gatehouse.signin;

import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Secret;
import dev.gatehouse.web.Call;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The one cookie that a browser holds of ours: 256 bits that name the browser before anybody has signed in, and a session afterwards; never the same ones. Always
 * SameSite=Lax, so that a client's link finds the session (never Strict, never None).
 */
public record BrowserCookie(Secret value) {
    /** Over https; the prefix keeps other hosts and paths from setting it (RFC 6265bis §4.1.3.2). */
    public static final String SECURE_NAME = "__Host-gh";

    /** Over http on this machine. */
    public static final String PLAIN_NAME = "gh";

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    public static BrowserCookie fresh(SecureRandom random) {
        return new BrowserCookie(new Secret(RandomText.of(random, 32)));
    }

    /** What the browser sent; empty for what no cookie of ours looks like. {@code url} is what browsers see. */
    public static Optional<BrowserCookie> of(Call call, String url) {
        return call.cookie(name(url))
                .filter(text -> SHAPE.matcher(text).matches())
                .map(text -> new BrowserCookie(new Secret(text)));
    }

    /** The value of {@code Set-Cookie}; it goes when the browser closes, and the session behind it has limits of its own. */
    public String set(String url) {
        return name(url) + "=" + value.reveal() + "; Path=/; HttpOnly; SameSite=Lax"
                + (url.startsWith("https:") ? "; Secure" : "");
    }

    /** The value of {@code Set-Cookie} that takes it away. */
    public static String unset(String url) {
        return name(url) + "=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
                + (url.startsWith("https:") ? "; Secure" : "");
    }

    /** What is stored. */
    public Buffer hash() {
        return OneTime.hash(value.reveal());
    }

    private static String name(String url) {
        return url.startsWith("https:") ? SECURE_NAME : PLAIN_NAME;
    }
}
