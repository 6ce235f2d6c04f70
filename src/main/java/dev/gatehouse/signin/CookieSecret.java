package dev.gatehouse.signin;

import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Secret;
import dev.gatehouse.web.Call;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;

/** What all our cookies are alike in: 256 random bits that nobody but the browser has, and of which the database has a hash. */
final class CookieSecret {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private CookieSecret() {}

    static Secret fresh(SecureRandom random) {
        return new Secret(RandomText.of(random, 32));
    }

    /** What the browser sent under that name; empty for what no cookie of ours looks like. */
    static Optional<Secret> of(Call call, String name) {
        return call.cookie(name).filter(text -> SHAPE.matcher(text).matches()).map(Secret::new);
    }

    static Buffer hash(Secret value) {
        return OneTime.hash(value.reveal());
    }

    /** For no script, and for nobody else's forms; {@code url} is what browsers see. */
    static String guarded(String url) {
        return "; HttpOnly; SameSite=Lax" + (url.startsWith("https:") ? "; Secure" : "");
    }
}
