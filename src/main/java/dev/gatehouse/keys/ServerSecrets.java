package dev.gatehouse.keys;

import dev.gatehouse.store.Database;
import dev.gatehouse.store.StartFailure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;

/** Random secrets that every node shares, made when first asked for. Of two nodes that make one, the first to commit decides for both. */
public final class ServerSecrets {
    static final String MAKE =
            """
            INSERT INTO server_secret (name, wrapped)
            VALUES ($1, $2)
            ON CONFLICT DO NOTHING
            """;
    static final String READ =
            """
            SELECT wrapped
              FROM server_secret
             WHERE name = $1
            """;

    private static final String PURPOSE = "server-secret";
    private static final int BYTES = 32;

    private final Database database;
    private final KeyWrapping wrapping;
    private final SecureRandom random;

    public ServerSecrets(Database database, KeyWrapping wrapping, SecureRandom random) {
        this.database = database;
        this.wrapping = wrapping;
        this.random = random;
    }

    /** The 32 bytes of that name, the same for every node for ever. */
    public Future<byte[]> named(String name) {
        byte[] fresh = new byte[BYTES];
        random.nextBytes(fresh);
        return database.query(MAKE, Tuple.of(name, Buffer.buffer(wrapping.wrap(PURPOSE, name, fresh))))
                .compose(made -> database.query(READ, Tuple.of(name)))
                .map(rows -> opened(name, rows.iterator().next().getBuffer("wrapped")));
    }

    private byte[] opened(String name, Buffer wrapped) {
        return wrapping.unwrap(PURPOSE, name, wrapped.getBytes())
                .orElseThrow(() -> new StartFailure(
                        "The secret " + name + " in the database is damaged: it does not open with the master key.",
                        "Restore the table server_secret from a backup; nothing was changed."));
    }
}
