package dev.gatehouse.identity;

import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.UserAgent;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sign-ins from addresses that an account was not known at: their owner is written to, once for each, and not of the first of all. */
public final class NewPlaces {
    /** Of any number of callers one tells; the sign-in itself has noted the address. */
    static final String TELL =
            """
            UPDATE known_address known
               SET told = true
             WHERE known.account_id = $1 AND known.address = $2 AND NOT known.told
            RETURNING EXISTS (SELECT FROM known_address other WHERE other.account_id = $1 AND other.address <> $2) AS others
            """;

    private static final Logger LOG = LoggerFactory.getLogger(NewPlaces.class);

    private final Database database;
    private final Letters letters;

    public NewPlaces(Database database, Letters letters) {
        this.database = database;
        this.letters = letters;
    }

    /**
     * After somebody has signed in. {@code network} is as {@code known_address} has it, {@code device} what the browser calls itself, {@code address} where it is. Nobody
     * needs to wait for it: what is not told now is told at the next sign-in from there.
     */
    public Future<Void> signedIn(UserId account, String network, String device, String address) {
        if (!letters.areSent()) return Future.succeededFuture();
        return database.inTransaction(transaction -> transaction
                        .preparedQuery(TELL)
                        .execute(Tuple.of(account.value(), network))
                        .compose(rows ->
                                rows.size() == 0 || !rows.iterator().next().getBoolean("others")
                                        ? Future.<Void>succeededFuture()
                                        : letters.newDevice(transaction, account, UserAgent.of(device), address)))
                .onFailure(failure -> LOG.warn("a new place was not told of yet: {}", failure.getMessage()));
    }
}
