package dev.gatehouse.clients;

import dev.gatehouse.clients.registration.ClientMetadata;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.ClientId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applications of the database, and the secrets that were made for those of the file. Disabled ones are not there. */
final class ClientStore {
    static final String ALL =
            """
            SELECT id, origin, metadata, secret_hash
              FROM client
             WHERE disabled_at IS NULL
             ORDER BY changed_at DESC
             LIMIT $1
            """;
    static final String SOME =
            """
            SELECT id, origin, metadata, secret_hash
              FROM client
             WHERE id = ANY ($1::text[])
               AND disabled_at IS NULL
            """;
    static final String SECRETS =
            """
            SELECT client_id, secret_hash
              FROM client_secret
             LIMIT $1
            """;
    /** Differs after every change of either table; read from an index. */
    static final String MARK =
            """
            SELECT count(*) AS clients,
                   coalesce(sum(extract(epoch FROM changed_at)), 0) AS changes,
                   (SELECT coalesce(sum(extract(epoch FROM made_at)), 0) FROM client_secret) AS secrets
              FROM client
            """;
    /** Of two nodes that make one, the first decides for both. */
    static final String MAKE_SECRET =
            """
            INSERT INTO client_secret (client_id, secret_hash)
            VALUES ($1, $2)
            ON CONFLICT DO NOTHING
            """;

    private static final Logger LOG = LoggerFactory.getLogger(ClientStore.class);

    private final Database database;

    ClientStore(Database database) {
        this.database = database;
    }

    Future<Map<ClientId, Client>> all(int most) {
        return database.query(ALL, Tuple.of(most)).map(ClientStore::clients);
    }

    Future<Map<ClientId, Client>> some(Collection<String> ids) {
        return database.query(SOME, Tuple.of(ids.toArray(String[]::new))).map(ClientStore::clients);
    }

    Future<Map<ClientId, SecretHash>> secrets(int most) {
        return database.query(SECRETS, Tuple.of(most)).map(rows -> {
            var secrets = new LinkedHashMap<ClientId, SecretHash>();
            for (Row row : rows)
                secrets.put(new ClientId(row.getString("client_id")), SecretHash.stored(row.getBuffer("secret_hash")));
            return secrets;
        });
    }

    Future<String> mark() {
        return database.query(MARK, Tuple.tuple()).map(rows -> {
            Row row = rows.iterator().next();
            return row.getLong("clients") + " " + row.getNumeric("changes") + " " + row.getNumeric("secrets");
        });
    }

    /** True where the secret is the one that counts from now on. */
    Future<Boolean> makeSecret(ClientId client, SecretHash hash) {
        return database.query(MAKE_SECRET, Tuple.of(client.value(), hash.column()))
                .map(rows -> rows.rowCount() == 1);
    }

    private static Map<ClientId, Client> clients(Iterable<Row> rows) {
        var clients = new LinkedHashMap<ClientId, Client>();
        for (Row row : rows) client(row).ifPresent(client -> clients.put(client.id(), client));
        return clients;
    }

    /** What cannot be understood, perhaps of a later version, is no client here; the others are. */
    static Optional<Client> client(Row row) {
        var id = new ClientId(row.getString("id"));
        try {
            JsonObject metadata = row.getJsonObject("metadata");
            var origin = Client.Origin.valueOf(row.getString("origin").toUpperCase(Locale.ROOT));
            var secret = Optional.ofNullable(row.getBuffer("secret_hash")).map(SecretHash::stored);
            return Optional.of(ClientMetadata.toClient(id, metadata, origin, secret));
        } catch (RuntimeException unreadable) {
            LOG.warn("client {} of the database cannot be read and is left out", id, unreadable);
            return Optional.empty();
        }
    }
}
