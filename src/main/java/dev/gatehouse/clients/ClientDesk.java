package dev.gatehouse.clients;

import dev.gatehouse.audit.AuditEvent;
import dev.gatehouse.audit.AuditEvent.ClientChanged;
import dev.gatehouse.audit.AuditEvent.ClientDeleted;
import dev.gatehouse.audit.AuditEvent.ClientInvited;
import dev.gatehouse.audit.AuditEvent.ClientMade;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What operators do to the clients of the database, each in one transaction with its line in the trail. Nodes hear of it by the database's notices. */
public final class ClientDesk {
    /** The longest page of {@link #list}. */
    public static final int LONGEST_PAGE = 1000;

    static final String ADD =
            """
            INSERT INTO client (id, origin, metadata, secret_hash)
            VALUES ($1, 'desk', $2, $3)
            ON CONFLICT DO NOTHING
            RETURNING id
            """;
    static final String ROTATE =
            """
            UPDATE client
               SET secret_hash = $2
             WHERE id = $1
               AND secret_hash IS NOT NULL
            RETURNING id
            """;
    static final String ROTATE_OF_FILE =
            """
            INSERT INTO client_secret (client_id, secret_hash)
            VALUES ($1, $2)
            ON CONFLICT (client_id) DO UPDATE SET secret_hash = excluded.secret_hash, made_at = now()
            RETURNING client_id
            """;
    static final String DELETE =
            """
            DELETE FROM client
             WHERE id = $1
            RETURNING id
            """;
    static final String END_GRANTS =
            """
            UPDATE refresh_family
               SET revoked_at = now()
             WHERE client_id = $1
               AND revoked_at IS NULL
            """;
    static final String FORGET_CONSENT =
            """
            DELETE FROM consent
             WHERE client_id = $1
            """;
    static final String INVITE =
            """
            INSERT INTO initial_access_token (token_hash, uses_left, expires_at)
            VALUES ($1, $2, now() + $3::bigint * interval '1 second')
            RETURNING expires_at
            """;
    static final String LIST =
            """
            SELECT id, origin, metadata, secret_hash, made_at, used_at, expires_at, disabled_at
              FROM client
             WHERE id > $1
             ORDER BY id
             LIMIT $2
            """;
    static final String FIND =
            """
            SELECT id, origin, metadata, secret_hash, made_at, used_at, expires_at, disabled_at
              FROM client
             WHERE id = $1
            """;
    static final String HAS_SECRET =
            """
            SELECT made_at
              FROM client_secret
             WHERE client_id = $1
            """;

    /** What a token lives at most, and what clocks may differ by. */
    private static final Duration LONGEST_TOKEN = Duration.ofHours(25);

    private final Database database;
    private final AuditTrail trail;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Source source;

    public ClientDesk(Database database, AuditTrail trail, SecureRandom random, InstantSource clock, Source source) {
        this.database = database;
        this.trail = trail;
        this.random = random;
        this.clock = clock;
        this.source = source;
    }

    /** A client of the database with what is known of its use. */
    public record Entry(
            Client client, Instant made, Optional<Instant> used, Optional<Instant> expires, boolean disabled) {}

    /** A client that was added; its secret, where it has one, is shown now or never. */
    public record Added(Client client, Optional<Secret> secret) {}

    public record Invitation(Secret token, int uses, Instant expires) {}

    /** Empty where the id is taken. */
    public Future<Optional<Added>> add(Client client) {
        boolean secret = client.proof().methods().contains(AuthMethod.CLIENT_SECRET_BASIC)
                || client.proof().methods().contains(AuthMethod.CLIENT_SECRET_POST);
        Optional<Secret> made = secret ? Optional.of(Clients.newSecret(random)) : Optional.empty();
        var row = Tuple.of(client.id().value(), DeskMetadata.of(client))
                .addValue(made.map(SecretHash::of).map(SecretHash::column).orElse(null));
        return recorded(ADD, row, new ClientMade(client.id(), "desk", source))
                .map(done -> done ? Optional.of(new Added(client, made)) : Optional.empty());
    }

    /** Another secret for a client of the database; the old one no longer counts. Empty where there is none to replace. */
    public Future<Optional<Secret>> rotate(ClientId client) {
        return rotated(ROTATE, client);
    }

    /** The same for a client of the file that names no secret. */
    public Future<Optional<Secret>> rotateOfFile(ClientId client) {
        return rotated(ROTATE_OF_FILE, client);
    }

    /** With everything that was granted to it. False where there is no such client. */
    public Future<Boolean> delete(ClientId client) {
        Instant now = clock.instant();
        var revocation = new Revocation.OfClient(client, now, now.plus(LONGEST_TOKEN));
        return database.inTransaction(transaction -> run(transaction, DELETE, Tuple.of(client.value()))
                .compose(deleted -> deleted.size() == 0
                        ? Future.succeededFuture(false)
                        : run(transaction, END_GRANTS, Tuple.of(client.value()))
                                .compose(ended -> run(transaction, FORGET_CONSENT, Tuple.of(client.value())))
                                .compose(forgotten -> Revocations.write(transaction, revocation))
                                .compose(written -> trail.record(transaction, new ClientDeleted(client, source)))
                                .map(true)));
    }

    /** An initial access token (RFC 7591 §1.2) by which {@code uses} clients can register themselves. */
    public Future<Invitation> invite(int uses, Duration good) {
        Secret token = Clients.newSecret(random);
        var row = Tuple.of(OneTime.hash(token.reveal()), uses, good.toSeconds());
        return database.inTransaction(transaction -> run(transaction, INVITE, row)
                .compose(made -> trail.record(transaction, new ClientInvited(uses, good, source))
                        .map(new Invitation(
                                token,
                                uses,
                                instant(made.iterator().next(), "expires_at").orElseThrow()))));
    }

    /** In the order of ids, those after {@code after}. */
    public Future<List<Entry>> list(Optional<ClientId> after, int limit) {
        int most = Math.min(limit, LONGEST_PAGE);
        return database.query(LIST, Tuple.of(after.map(ClientId::value).orElse(""), most))
                .map(ClientDesk::entries);
    }

    public Future<Optional<Entry>> find(ClientId client) {
        return database.query(FIND, Tuple.of(client.value()))
                .map(rows -> entries(rows).stream().findFirst());
    }

    /** Whether a secret was made for a client of the file. */
    public Future<Boolean> hasSecretOfItsOwn(ClientId client) {
        return database.query(HAS_SECRET, Tuple.of(client.value())).map(rows -> rows.size() == 1);
    }

    private Future<Optional<Secret>> rotated(String statement, ClientId client) {
        Secret secret = Clients.newSecret(random);
        var row = Tuple.of(client.value(), SecretHash.of(secret).column());
        return recorded(statement, row, new ClientChanged(client, "secret", source))
                .map(done -> done ? Optional.of(secret) : Optional.empty());
    }

    /** Runs a statement that answers a row where it changed something; only then is there something to record. */
    private Future<Boolean> recorded(String statement, Tuple row, AuditEvent event) {
        return database.inTransaction(transaction -> run(transaction, statement, row)
                .compose(changed -> changed.size() == 0
                        ? Future.succeededFuture(false)
                        : trail.record(transaction, event).map(true)));
    }

    private static Future<RowSet<Row>> run(SqlConnection transaction, String statement, Tuple row) {
        return transaction.preparedQuery(statement).execute(row);
    }

    private static List<Entry> entries(Iterable<Row> rows) {
        var entries = new ArrayList<Entry>();
        for (Row row : rows)
            ClientStore.client(row)
                    .ifPresent(client -> entries.add(new Entry(
                            client,
                            instant(row, "made_at").orElseThrow(),
                            instant(row, "used_at"),
                            instant(row, "expires_at"),
                            instant(row, "disabled_at").isPresent())));
        return entries;
    }

    private static Optional<Instant> instant(Row row, String column) {
        @Nullable OffsetDateTime at = row.getOffsetDateTime(column);
        return Optional.ofNullable(at).map(OffsetDateTime::toInstant);
    }
}
