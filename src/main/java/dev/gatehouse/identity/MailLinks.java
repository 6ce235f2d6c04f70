package dev.gatehouse.identity;

import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
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

    /** To one account and to one address. */
    static final int MOST_AN_HOUR = 3;

    /** Held until the mail is written, so that mails are counted one after the other. */
    static final String HOLD =
            """
            SELECT email, email_verified, password_changed_at FROM account WHERE id = $1 AND locked_at IS NULL FOR NO KEY UPDATE
            """;

    private static final String[] KINDS = {"reset", "verify", "change"};

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final OneTime once;
    private final Mails mails;
    private final SecureRandom random;
    private final InstantSource clock;

    MailLinks(OneTime once, Mails mails, SecureRandom random, InstantSource clock) {
        this.once = once;
        this.mails = mails;
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

    /** An account as it is while somebody writes to it. */
    record Held(
            UserId account, Optional<String> address, boolean verified, Optional<OffsetDateTime> passwordChangedAt) {}

    /** Empty for an account that is gone or locked. */
    static Future<Optional<Held>> hold(SqlConnection transaction, UserId account) {
        return transaction
                .preparedQuery(HOLD)
                .execute(Tuple.of(account.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(held(account, rows.iterator().next())));
    }

    private static Held held(UserId account, Row row) {
        return new Held(
                account,
                Optional.ofNullable(row.getString("email")),
                row.getBoolean("email_verified"),
                Optional.ofNullable(row.getOffsetDateTime("password_changed_at")));
    }

    /**
     * The secret that the link carries; empty where enough mails with links went there within the hour. {@code next} is the address that the account is to have, and
     * where the link goes; otherwise it goes to the one that it has.
     */
    Future<Optional<String>> make(
            SqlConnection transaction, OneTime.Kind kind, Held held, Optional<String> next, String browser) {
        String to = next.or(held::address).orElseThrow();
        return mails.count(transaction, held.account(), to, KINDS)
                .compose(many -> many >= MOST_AN_HOUR
                        ? Future.succeededFuture(Optional.empty())
                        : make(
                                        transaction,
                                        kind,
                                        new Link(
                                                held.account(),
                                                held.address(),
                                                held.passwordChangedAt(),
                                                next,
                                                browser))
                                .map(Optional::of));
    }

    private Future<String> make(SqlConnection transaction, OneTime.Kind kind, Link link) {
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
