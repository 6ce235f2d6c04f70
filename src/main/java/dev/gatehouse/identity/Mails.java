package dev.gatehouse.identity;

import dev.gatehouse.keys.KeyWrapping;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Mails on their way. One is put in the transaction of what it tells about, so neither happens without the other; {@link MailDelivery} takes it from there. Subject
 * and text are unreadable at rest, for there are links in them that open accounts.
 */
public final class Mails {
    /** Most mails that are kept for reading, and how long. */
    public static final int MOST_KEPT = 200;

    static final Duration KEPT_FOR = Duration.ofDays(7);

    static final String PUT =
            """
            INSERT INTO mail (account_id, recipient, kind, wrapped, expires_at)
            VALUES ($1, $2, $3, $4, now() + $5::bigint * interval '1 second')
            """;

    /**
     * Due again later all the same: whoever takes one and dies leaves it to the next. The wait grows threefold, from half a minute to two hours; a mail whose time is
     * over is taken one last time, to be given up.
     */
    static final String TAKE =
            """
            UPDATE mail m
               SET attempts = m.attempts + 1,
                   due_at = now() + LEAST(30 * power(3, LEAST(m.attempts, 6)), 7200) * interval '1 second'
             WHERE m.id = ANY (ARRAY(
                   SELECT id FROM mail
                    WHERE NOT kept AND done_at IS NULL AND due_at <= now()
                    ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED))
            RETURNING m.id, m.account_id, m.recipient, m.kind, m.wrapped, m.expires_at <= now() AS late
            """;

    /** What was sent can no longer be read; that it was stays known for as long as mails are counted. */
    static final String DONE =
            """
            UPDATE mail SET done_at = now(), wrapped = '', expires_at = now() + interval '1 hour' WHERE id = $1
            """;

    static final String KEEP =
            """
            UPDATE mail SET kept = true, expires_at = now() + $2::bigint * interval '1 second' WHERE id = $1
            """;

    static final String KEEP_THE_NEWEST =
            "DELETE FROM mail WHERE kept AND id <= (SELECT id FROM mail WHERE kept ORDER BY id DESC OFFSET $1 LIMIT 1)";

    /** Of one account, or to one address, in the last hour. */
    static final String COUNT =
            """
            SELECT count(*) AS many
              FROM mail
             WHERE (account_id = $1 OR lower(recipient) = lower($2))
               AND kind = ANY ($3)
               AND made_at > now() - interval '1 hour'
            """;

    static final String LIST =
            """
            SELECT id, recipient, kind, made_at, kept, done_at, attempts FROM mail ORDER BY id DESC LIMIT $1
            """;

    static final String SHOW =
            "SELECT id, account_id, recipient, kind, made_at, wrapped FROM mail WHERE id = $1 AND kept";

    private static final String PURPOSE = "mail";

    private final Database database;
    private final KeyWrapping wrapping;

    public Mails(Database database, KeyWrapping wrapping) {
        this.database = database;
        this.wrapping = wrapping;
    }

    /** What is to be read: {@code kind} is the name of its words. */
    public record Mail(UserId account, String recipient, String kind, String subject, String text) {
        @Override
        public String toString() {
            return "Mail[" + kind + "]";
        }
    }

    /** One that has been taken; {@code mail} is empty where the master key does not open it. */
    record Taken(long id, UserId account, String kind, Optional<Mail> mail, boolean late) {}

    /** A mail from outside. {@code state} is {@code kept}, {@code waiting} or {@code done}. */
    public record Listed(long id, String recipient, String kind, Instant madeAt, String state, int attempts) {}

    /** A mail that was kept for reading. */
    public record Kept(long id, Instant madeAt, Mail mail) {}

    /** After {@code worthwhile} nobody would care any more. */
    Future<Void> put(SqlConnection transaction, Mail mail, Duration worthwhile) {
        var clear = new JsonObject().put("subject", mail.subject()).put("text", mail.text());
        byte[] wrapped = wrapping.wrap(
                PURPOSE, name(mail.recipient(), mail.kind()), clear.toBuffer().getBytes());
        return transaction
                .preparedQuery(PUT)
                .execute(Tuple.of(
                        mail.account().value(),
                        mail.recipient(),
                        mail.kind(),
                        Buffer.buffer(wrapped),
                        worthwhile.toSeconds()))
                .mapEmpty();
    }

    /** How many mails of these kinds the account, or the address, was written in the last hour. */
    Future<Long> count(SqlConnection transaction, UserId account, String recipient, String... kinds) {
        return transaction
                .preparedQuery(COUNT)
                .execute(Tuple.of(account.value(), recipient, kinds))
                .map(rows -> rows.iterator().next().getLong("many"));
    }

    Future<List<Taken>> take(int most) {
        return database.query(TAKE, Tuple.of(most)).map(rows -> {
            var taken = new ArrayList<Taken>();
            for (Row row : rows)
                taken.add(new Taken(
                        row.getLong("id"),
                        new UserId(row.getString("account_id")),
                        row.getString("kind"),
                        opened(row),
                        row.getBoolean("late")));
            return taken;
        });
    }

    Future<Void> done(Taken mail) {
        return database.query(DONE, Tuple.of(mail.id())).mapEmpty();
    }

    /** Also makes room: only the newest are kept. */
    Future<Void> keep(Taken mail) {
        return database.query(KEEP, Tuple.of(mail.id(), KEPT_FOR.toSeconds()))
                .compose(kept -> database.query(KEEP_THE_NEWEST, Tuple.of(MOST_KEPT)))
                .mapEmpty();
    }

    /** The newest first. */
    public Future<List<Listed>> list(int most) {
        return database.query(LIST, Tuple.of(most)).map(rows -> {
            var listed = new ArrayList<Listed>();
            for (Row row : rows) listed.add(listed(row));
            return listed;
        });
    }

    /** Empty where there is none, or it is not there to be read. */
    public Future<Optional<Kept>> show(long id) {
        return database.query(SHOW, Tuple.of(id)).map(rows -> {
            if (rows.size() == 0) return Optional.empty();
            Row row = rows.iterator().next();
            Instant madeAt = row.getOffsetDateTime("made_at").toInstant();
            return opened(row).map(mail -> new Kept(id, madeAt, mail));
        });
    }

    private static Listed listed(Row row) {
        String state = row.getBoolean("kept") ? "kept" : row.getValue("done_at") == null ? "waiting" : "done";
        return new Listed(
                row.getLong("id"),
                row.getString("recipient"),
                row.getString("kind"),
                row.getOffsetDateTime("made_at").toInstant(),
                state,
                row.getInteger("attempts"));
    }

    private Optional<Mail> opened(Row row) {
        String recipient = row.getString("recipient");
        String kind = row.getString("kind");
        return wrapping.unwrap(
                        PURPOSE, name(recipient, kind), row.getBuffer("wrapped").getBytes())
                .map(clear -> new JsonObject(new String(clear, StandardCharsets.UTF_8)))
                .map(clear -> new Mail(
                        new UserId(row.getString("account_id")),
                        recipient,
                        kind,
                        clear.getString("subject"),
                        clear.getString("text")));
    }

    private static String name(String recipient, String kind) {
        return kind + " " + recipient;
    }
}
