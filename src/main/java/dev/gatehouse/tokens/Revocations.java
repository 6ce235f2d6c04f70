package dev.gatehouse.tokens;

import dev.gatehouse.keys.SerialRefresh;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.Notices;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.SessionId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What no longer counts: written to the log first, then known to this node at once, to the others when the database tells them, and at the latest when they next
 * look ({@link #POLL}). Until the log has been read once, everything counts as revoked.
 *
 * <p>Reading asks "what may I not have seen": every row of a transaction that was not over when the last read began. Rows read twice do no harm; none is missed,
 * in whatever order transactions commit (decision 0133).
 */
public final class Revocations {
    /** How often the log is read even if nobody said anything. */
    public static final Duration POLL = Duration.ofSeconds(10);

    /** What the trigger of the table says. */
    static final String CHANNEL = "gatehouse_revocation";

    static final String WRITE =
            """
            INSERT INTO revocation (kind, value, before, expires_at)
            VALUES ($1, $2, $3, $4)
            """;
    /** The oldest transaction that is still open: rows of older ones are all visible. Numbers of one server say nothing of another one's. */
    static final String OLDEST_OPEN =
            """
            SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xid,
                   pg_postmaster_start_time()::text AS server
            """;

    /**
     * One page, read off the index in order. Without both of these hints the planner sorts whatever one transaction wrote, a million rows perhaps, anew for every page: how
     * long a page is stands in the statement, and by {@code IS TRUE} no index serves.
     */
    static final String READ =
            """
            SELECT at_xid::text AS xid, id, kind, value, before, expires_at
              FROM revocation
             WHERE (at_xid, id) > ($1::text::xid8, $2)
               AND (expires_at > $3) IS TRUE
             ORDER BY at_xid, id
             LIMIT 1000
            """;

    private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);
    static final int PAGE = 1_000;
    private static final int SWEPT_AT_ONCE = 10_000;

    private final Vertx vertx;
    private final Database database;
    private final RevocationIndex index;
    private final InstantSource clock;
    private final SerialRefresh refresh = new SerialRefresh(this::read);

    /** Where the next read begins, on the server that said so. */
    private record Place(String xid, String server) {}

    /** No transaction is older than 0. */
    private static final String BEGINNING = "0";

    private volatile Place readFrom = new Place(BEGINNING, "");

    private volatile boolean closed;
    private long timer = -1;

    public Revocations(Vertx vertx, Database database, RevocationIndex index, InstantSource clock) {
        this.vertx = vertx;
        this.database = database;
        this.index = index;
        this.clock = clock;
    }

    /** Succeeds when the whole log has been read. */
    public Future<Void> start(Notices notices) {
        return refresh().onSuccess(read -> {
            notices.listen(CHANNEL, this::refresh);
            timer = vertx.setPeriodic(POLL.toMillis(), fired -> {
                refresh();
                index.forget(clock.instant(), SWEPT_AT_ONCE);
            });
        });
    }

    public boolean revoked(Claims claims) {
        return index.revoked(claims);
    }

    /** Written, then known here: when this succeeds, the next request on this node is refused. */
    public Future<Void> revoke(Revocation revocation) {
        return database.query(WRITE, row(revocation)).<Void>mapEmpty().onSuccess(written -> learn(revocation));
    }

    /** Writes as part of somebody's transaction; they {@link #learn} it when that has committed. */
    public static Future<Void> write(SqlClient transaction, Revocation revocation) {
        return transaction.preparedQuery(WRITE).execute(row(revocation)).mapEmpty();
    }

    /** Tells somebody of every revocation that this node hears of from now on, whoever wrote it. */
    public void tell(Consumer<Revocation> somebody) {
        index.tell(somebody);
    }

    /** This node knows from now on. */
    public void learn(Revocation revocation) {
        index.learn(revocation);
    }

    /** Reads what others wrote. */
    public Future<Void> refresh() {
        return refresh.ask();
    }

    /** How many are remembered. */
    public int size() {
        return index.size();
    }

    public void close() {
        closed = true;
        if (timer >= 0) vertx.cancelTimer(timer);
    }

    private Future<Void> read() {
        return database.query(OLDEST_OPEN, Tuple.tuple())
                .map(rows -> place(rows.iterator().next()))
                .compose(this::readUpTo)
                .onFailure(e -> {
                    if (!closed)
                        LOG.warn(
                                "the log of revocations could not be read, again in {} s: {}",
                                POLL.toSeconds(),
                                e.getMessage());
                });
    }

    /** After a failover or a restart of the server everything is read again. */
    private Future<Void> readUpTo(Place oldestOpen) {
        var from = readFrom.server().equals(oldestOpen.server()) ? readFrom.xid() : BEGINNING;
        return readPage(from, Long.MIN_VALUE).onSuccess(done -> {
            readFrom = oldestOpen;
            index.complete();
        });
    }

    private static Place place(Row row) {
        return new Place(row.getString("xid"), row.getString("server"));
    }

    private Future<Void> readPage(String xid, long id) {
        var now = clock.instant().atOffset(ZoneOffset.UTC);
        return database.query(READ, Tuple.of(xid, id, now)).compose(this::learnPage);
    }

    private Future<Void> learnPage(RowSet<Row> page) {
        Row last = null;
        for (var row : page) {
            revocation(row).ifPresent(index::learn);
            last = row;
        }
        if (last == null || page.size() < PAGE) return Future.succeededFuture();
        return readPage(last.getString("xid"), last.getLong("id"));
    }

    private static Tuple row(Revocation revocation) {
        String kind;
        String value;
        Instant before = null;
        if (revocation instanceof Revocation.OfToken token) {
            kind = "token";
            value = token.jti();
        } else if (revocation instanceof Revocation.OfSession session) {
            kind = "session";
            value = session.session().value();
        } else if (revocation instanceof Revocation.OfGrant grant) {
            kind = "grant";
            value = grant.grant().value();
        } else if (revocation instanceof Revocation.OfConsent consent) {
            kind = "consent";
            value = consent.subject() + ' ' + consent.client().value();
            before = consent.before();
        } else if (revocation instanceof Revocation.OfSubject subject) {
            kind = "subject";
            value = subject.subject();
            before = subject.before();
        } else if (revocation instanceof Revocation.OfClient client) {
            kind = "client";
            value = client.client().value();
            before = client.before();
        } else {
            kind = "everything";
            value = "";
            before = ((Revocation.OfEverything) revocation).before();
        }
        return Tuple.of(kind, value, at(before), at(revocation.until()));
    }

    /** Empty for a kind that only a newer binary knows. */
    private static Optional<Revocation> revocation(Row row) {
        String value = row.getString("value");
        var until = row.getOffsetDateTime("expires_at").toInstant();
        return Optional.ofNullable(
                switch (row.getString("kind")) {
                    case "token" -> new Revocation.OfToken(value, until);
                    case "session" -> new Revocation.OfSession(new SessionId(value), until);
                    case "grant" -> new Revocation.OfGrant(new GrantId(value), until);
                    case "consent" -> consent(value, before(row), until);
                    case "subject" -> new Revocation.OfSubject(value, before(row), until);
                    case "client" -> new Revocation.OfClient(new ClientId(value), before(row), until);
                    case "everything" -> new Revocation.OfEverything(before(row), until);
                    default -> null;
                });
    }

    /** No id of an account has a space in it. */
    private static Revocation consent(String value, Instant before, Instant until) {
        int space = value.indexOf(' ');
        return new Revocation.OfConsent(
                value.substring(0, space), new ClientId(value.substring(space + 1)), before, until);
    }

    private static Instant before(Row row) {
        return row.getOffsetDateTime("before").toInstant();
    }

    private static @Nullable OffsetDateTime at(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
