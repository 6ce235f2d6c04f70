package dev.gatehouse.identity;

import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;

/**
 * Codes that are tried as a second factor: ten wrong ones within a quarter of an hour for one account, over all nodes and all kinds of codes; then even the right one
 * is refused. Each ten in a row double the time, up to a day (decision 0284). A try is counted as wrong before it is judged and taken back once it was right, so that many at once get no further than many in a row. What an owner
 * gets right forgives nothing that was wrong before: somebody who knows the password would wait for it. A browser in which the account showed two factors before has a
 * count of its own (decision 0286).
 */
final class CodeThrottle {
    static final int MOST_WRONG = 10;

    /** Under which name a try is counted. The account may be one that nobody has: the answer is the same. */
    static final String COUNTED =
            """
            SELECT CASE WHEN EXISTS (
                        SELECT FROM known_device d
                         WHERE d.account_id = $2 AND d.device_hash = $3 AND d.two_factors AND d.expires_at > now())
                   THEN counted_in($1, $3) ELSE $1 END AS counted_as
            """;

    static final String BEGIN =
            """
            INSERT INTO login_failure AS f (username_key, failures, in_a_row, expires_at)
            VALUES ($1, 1, 1, now() + interval '15 minutes')
            ON CONFLICT (username_key) DO UPDATE
               SET failures   = CASE WHEN f.expires_at > now() THEN f.failures + 1 ELSE 1 END,
                   in_a_row   = CASE WHEN f.expires_at > now() - interval '1 day' THEN f.in_a_row + 1 ELSE 1 END,
                   expires_at = CASE WHEN f.expires_at > now() THEN f.expires_at
                                     WHEN f.expires_at > now() - interval '1 day'
                                     THEN now() + least(interval '1 day', (1 << least(f.in_a_row / $2::integer, 16)) * interval '15 minutes')
                                     ELSE excluded.expires_at END
             WHERE f.expires_at <= now() OR f.failures < $2
            RETURNING failures
            """;

    static final String WAIT =
            """
            SELECT ceil(extract(epoch FROM expires_at - now()))::bigint AS seconds
              FROM login_failure
             WHERE username_key = $1
            """;

    static final String TAKE_BACK =
            "UPDATE login_failure SET failures = failures - 1, in_a_row = greatest(0, in_a_row - 1) WHERE username_key = $1 AND failures > 0";

    private final Database database;

    CodeThrottle(Database database) {
        this.database = database;
    }

    /** One that was begun, and with which others it counts. */
    record Try(String countedAs) {}

    /** One try in a browser that brought {@code device}, or in none that is known again; refuses it with {@code too_many_attempts} where ten were wrong. */
    Future<Try> begin(UserId account, Optional<Buffer> device) {
        return countedAs(account, device).compose(name -> database.query(BEGIN, Tuple.of(name, MOST_WRONG))
                .compose(counted -> counted.size() == 1 ? Future.succeededFuture(new Try(name)) : refused(name)));
    }

    /** It was right after all. */
    Future<Void> takeBack(Try attempt) {
        return database.query(TAKE_BACK, Tuple.of(attempt.countedAs())).mapEmpty();
    }

    private Future<String> countedAs(UserId account, Optional<Buffer> device) {
        return device.isEmpty()
                ? Future.succeededFuture(key(account))
                : database.query(COUNTED, Tuple.of(key(account), account.value(), device.get()))
                        .map(rows -> rows.iterator().next().getString("counted_as"));
    }

    private Future<Try> refused(String name) {
        return database.query(WAIT, Tuple.of(name))
                .compose(rows -> Future.failedFuture(
                        tooMany(rows.size() == 0 ? 1 : rows.iterator().next().getLong("seconds"))));
    }

    private static Refusal tooMany(long seconds) {
        return Reason.TOO_MANY_ATTEMPTS
                .because("Too many attempts; wait before the next one.")
                .retryAfter(Duration.ofSeconds(Math.max(1, seconds)));
    }

    /** No name can have a colon in it ({@link Username}). */
    static String key(UserId account) {
        return "code:" + account.value();
    }
}
