package dev.gatehouse.identity;

import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.UserAgent;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sign-ins from addresses, and in browsers, that an account was not known at: their owner is written to, once for each, and not of the first of all. */
public final class NewPlaces {
    /** Of any number of callers one tells; the sign-in itself has noted address and browser. */
    static final String TELL =
            """
            WITH address AS (
                UPDATE known_address SET told = true WHERE account_id = $1 AND address = $2 AND NOT told RETURNING 1
            ), browser AS (
                UPDATE known_device SET told = true WHERE account_id = $1 AND device_hash = $3 AND NOT told RETURNING 1
            ), first AS (
                UPDATE account SET came_in = true WHERE id = $1 AND NOT came_in
                RETURNING NOT EXISTS (SELECT FROM known_address other WHERE other.account_id = $1 AND other.address <> $2)
                          AND NOT EXISTS (SELECT FROM known_device other WHERE other.account_id = $1 AND other.device_hash IS DISTINCT FROM $3) AS of_all
            )
            SELECT (EXISTS (SELECT FROM address) OR EXISTS (SELECT FROM browser)) AND NOT EXISTS (SELECT FROM first WHERE of_all) AS new
            """;

    private static final Logger LOG = LoggerFactory.getLogger(NewPlaces.class);

    private final Database database;
    private final Letters letters;

    public NewPlaces(Database database, Letters letters) {
        this.database = database;
        this.letters = letters;
    }

    /**
     * Where somebody has signed in: {@code network} is as {@code known_address} has it, {@code browser} as {@code known_device} does and absent for programs,
     * {@code agent} what the browser calls itself, {@code address} where it is.
     */
    public record From(String network, Optional<Buffer> browser, String agent, String address) {}

    /** Nobody needs to wait for it: what is not told now is told at the next sign-in from there. */
    public Future<Void> signedIn(UserId account, From from) {
        if (!letters.areSent()) return Future.succeededFuture();
        return database.inTransaction(transaction -> transaction
                        .preparedQuery(TELL)
                        .execute(Tuple.of(
                                account.value(), from.network(), from.browser().orElse(null)))
                        .compose(rows -> rows.iterator().next().getBoolean("new")
                                ? letters.newDevice(transaction, account, UserAgent.of(from.agent()), from.address())
                                : Future.<Void>succeededFuture()))
                .onFailure(failure -> LOG.warn("a new place was not told of yet: {}", failure.getMessage()));
    }
}
