package dev.gatehouse.identity;

import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Links in mails: each leads to a page of ours, for ten minutes and for one who uses it. Looking at one uses nothing up, for programs that read mails look at every
 * link. What a link is for has to be so still when it is used: the address it was sent about and the password of that time are written down with it.
 */
final class MailLinks {
    static final Duration LIFETIME = Duration.ofMinutes(10);

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final OneTime once;
    private final SecureRandom random;
    private final InstantSource clock;

    MailLinks(OneTime once, SecureRandom random, InstantSource clock) {
        this.once = once;
        this.random = random;
        this.clock = clock;
    }

    /**
     * What a link was made for. {@code address} is the account's at that time, {@code next} the one it is to have where it is to have another, {@code browser} what
     * knows the browser again that asked; empty where none did.
     */
    record Link(
            UserId account,
            Optional<String> address,
            Optional<OffsetDateTime> passwordChangedAt,
            Optional<String> next,
            String browser) {
        private static Link of(JsonObject data) {
            return new Link(
                    new UserId(data.getString("account")),
                    Optional.ofNullable(data.getString("address")),
                    Optional.ofNullable(data.getString("password_changed_at")).map(OffsetDateTime::parse),
                    Optional.ofNullable(data.getString("next")),
                    data.getString("browser"));
        }

        private JsonObject data() {
            var data = new JsonObject().put("account", account.value()).put("browser", browser);
            address.ifPresent(text -> data.put("address", text));
            passwordChangedAt.ifPresent(time -> data.put("password_changed_at", time.toString()));
            next.ifPresent(text -> data.put("next", text));
            return data;
        }

        @Nullable
        OffsetDateTime passwordChangedAtOrNull() {
            return passwordChangedAt.orElse(null);
        }
    }

    /** The secret that the link carries. */
    Future<String> make(SqlConnection transaction, OneTime.Kind kind, Link link) {
        String secret = RandomText.of(random, 32);
        return once.put(transaction, kind, secret, link.data(), clock.instant().plus(LIFETIME))
                .map(secret);
    }

    Future<Optional<Link>> look(OneTime.Kind kind, String secret) {
        if (!SHAPE.matcher(secret).matches()) return Future.succeededFuture(Optional.empty());
        return once.look(kind, secret).map(data -> data.map(Link::of));
    }

    /** For one caller. */
    Future<Optional<Link>> take(SqlConnection transaction, OneTime.Kind kind, String secret) {
        if (!SHAPE.matcher(secret).matches()) return Future.succeededFuture(Optional.empty());
        return once.take(transaction, kind, secret).map(data -> data.map(Link::of));
    }
}
