package dev.gatehouse.keys;

import dev.gatehouse.store.Database;
import dev.gatehouse.store.StartFailure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first thing asked of a database: whose it is, and whether this master key opens it. Nothing is written to a database that answers no. */
public final class Houses {
    static final String CLAIM =
            """
            INSERT INTO house (kind, master_check)
            VALUES ($1, $2)
            ON CONFLICT DO NOTHING
            """;
    static final String READ = """
            SELECT kind, master_check
              FROM house
            """;

    static final String IS_THERE = """
            SELECT to_regclass('house') IS NOT NULL AS there
            """;

    private static final Logger LOG = LoggerFactory.getLogger(Houses.class);
    private static final String PURPOSE = "master-check";
    private static final byte[] KNOWN_TEXT = "gatehouse".getBytes(StandardCharsets.UTF_8);

    private final Database database;
    private final KeyWrapping wrapping;

    public Houses(Database database, KeyWrapping wrapping) {
        this.database = database;
        this.wrapping = wrapping;
    }

    /** Looks before anything is written, also before the schema is touched: an empty database is fine, one of others fails with a {@link StartFailure}. */
    public Future<Void> check(HouseKind kind) {
        return database.query(IS_THERE, Tuple.tuple())
                .compose(rows -> rows.iterator().next().getBoolean("there")
                        ? database.query(READ, Tuple.tuple())
                        : Future.succeededFuture())
                .map(rows -> {
                    if (rows != null && rows.size() > 0)
                        checked(kind, rows.iterator().next());
                    return null;
                });
    }

    /** Claims an empty database for {@code kind}, or enters the one that is there; fails with a {@link StartFailure}. */
    public Future<HouseKind> enter(HouseKind kind) {
        return database.query(CLAIM, Tuple.of(kind.word(), Buffer.buffer(wrapping.wrap(PURPOSE, "house", KNOWN_TEXT))))
                .compose(claimed -> database.query(READ, Tuple.tuple()))
                .map(rows -> checked(kind, rows.iterator().next()));
    }

    /** The check itself, for whoever reads without claiming, as the command line beside a running gate does. */
    private HouseKind checked(HouseKind asked, Row row) {
        var kind = HouseKind.named(row.getString("kind"));
        if (asked == HouseKind.DEMO && kind != HouseKind.DEMO) {
            throw new StartFailure(
                    "This database is not a demo: it was made by `gatehouse run` and may hold real accounts.",
                    "Use `gatehouse run`, or give `dev` a database of its own with --data.");
        }
        if (!opens(row.getBuffer("master_check"))) {
            throw new StartFailure(
                    "The master key is not the one this database was made with.",
                    "Set MASTER_KEY, or restore the file that `keys.master` names. Nothing was written.");
        }
        if (asked == HouseKind.HOUSE && kind == HouseKind.DEMO) {
            LOG.warn(
                    "this database was made by `gatehouse dev`: it holds demo users whose passwords were shown on a terminal");
        }
        return kind;
    }

    private boolean opens(Buffer check) {
        return wrapping.unwrap(PURPOSE, "house", check.getBytes())
                .filter(text -> Arrays.equals(text, KNOWN_TEXT))
                .isPresent();
    }
}
