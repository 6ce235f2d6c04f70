package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent.AccountsImported;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.Reader;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * People who come in a file, some hundred with one statement, so that no file is too long. Whoever cannot come in is told with their line, and those after them come in
 * all the same. A name that is here already stays as it is. Hashes of passwords come along as they are, and are replaced when their owners sign in (decision 0212).
 */
public final class PeopleImport {
    /** An address counts as verified for the first who brings it, and for nobody where somebody here has verified it. */
    static final String ADD =
            """
            INSERT INTO account (id, username, username_key, email, email_verified, password_hash, password_changed_at, roles, groups, profile, made_at)
            SELECT p.id, p.username, p.username_key, p.email,
                   p.email_verified
                       AND row_number() OVER (PARTITION BY lower(p.email), p.email_verified ORDER BY p.ordinality) = 1
                       AND (SELECT other.id FROM account other WHERE lower(other.email) = lower(p.email) AND other.email_verified LIMIT 1) IS NULL,
                   p.password_hash, CASE WHEN p.password_hash IS NOT NULL THEN now() END, p.roles, p.groups, p.profile, p.made_at
              FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (
                       id text, username text, username_key text, email text, email_verified boolean, password_hash text, roles text[], groups text[],
                       profile jsonb, made_at timestamptz)) WITH ORDINALITY AS p
            ON CONFLICT (username_key) DO NOTHING
            RETURNING username_key, email_verified
            """;

    static final int BATCH = 500;

    /** Of rows as text; a batch ends with the row that passes it. */
    private static final int LONGEST_BATCH = 1024 * 1024;

    private final Database database;
    private final AuditTrail trail;
    private final SecureRandom random;
    private final InstantSource clock;

    public PeopleImport(Database database, AuditTrail trail, SecureRandom random, InstantSource clock) {
        this.database = database;
        this.trail = trail;
        this.random = random;
        this.clock = clock;
    }

    /** How a file is written. */
    public enum Format {
        CSV(CsvRows::new),
        JSON(JsonRows::new),
        NDJSON(JsonRows::new),
        HTPASSWD(HtpasswdRows::new);

        private final Function<Reader, ImportRow.Source> reading;

        Format(Function<Reader, ImportRow.Source> reading) {
            this.reading = reading;
        }

        public ImportRow.Source read(Reader in) {
            return reading.apply(in);
        }

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Hears of what is wrong with single rows. */
    @FunctionalInterface
    public interface Faults {
        void at(long line, String sentence);
    }

    /** Rows that were read and will be written with one another. {@code last}: nothing comes after them. */
    public record Batch(List<ImportedPerson> people, int read, boolean last) {
        public Batch {
            people = List.copyOf(people);
        }
    }

    /** A trial that is taken back. */
    private static final class Trial extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient int added;

        Trial(int added) {
            super("a trial", null, false, false);
            this.added = added;
        }
    }

    /** Reads on; {@code defaultRoles} are for everybody who brings none. */
    public Batch read(ImportRow.Source source, List<String> defaultRoles, Faults faults) throws IOException {
        var people = new LinkedHashMap<String, ImportedPerson>();
        int read = 0;
        int length = 0;
        while (people.size() < BATCH && length < LONGEST_BATCH) {
            ImportRow row = source.next();
            if (row == null) return new Batch(List.copyOf(people.values()), read, true);
            read++;
            ImportedPerson person = person(row, defaultRoles, faults);
            if (person == null) continue;
            length += person.row().encode().length();
            if (people.putIfAbsent(person.key(), person) != null)
                faults.at(row.line(), "that name stands above already");
        }
        return new Batch(List.copyOf(people.values()), read, false);
    }

    /** Writes them, and says how many came in; with {@code trial} everything is taken back. */
    public Future<Integer> write(Batch batch, boolean trial, Faults faults) {
        if (batch.people().isEmpty()) return Future.succeededFuture(0);
        var rows =
                new JsonArray(batch.people().stream().map(ImportedPerson::row).toList());
        return database.inTransaction(transaction -> transaction
                        .preparedQuery(ADD)
                        .execute(Tuple.of(rows))
                        .map(added -> told(batch, added, faults))
                        .compose(added -> trial ? Future.failedFuture(new Trial(added)) : recorded(transaction, added)))
                .recover(failure -> failure instanceof Trial done
                        ? Future.succeededFuture(done.added)
                        : Future.failedFuture(failure));
    }

    private Future<Integer> recorded(SqlConnection transaction, int added) {
        if (added == 0) return Future.succeededFuture(0);
        return trail.record(transaction, new AccountsImported(added, Source.CLI))
                .map(added);
    }

    private static int told(Batch batch, Iterable<Row> added, Faults faults) {
        var verified = new HashMap<String, Boolean>();
        for (Row row : added) verified.put(row.getString("username_key"), row.getBoolean("email_verified"));
        for (ImportedPerson person : batch.people()) {
            Boolean now = verified.get(person.key());
            if (now == null) faults.at(person.line(), "that name is taken; the account stays as it is");
            else if (!now && person.row().getBoolean("email_verified"))
                faults.at(person.line(), "imported, but the address is verified by another account");
        }
        return verified.size();
    }

    private @Nullable ImportedPerson person(ImportRow row, List<String> defaultRoles, Faults faults) {
        if (row.isWrong()) {
            faults.at(row.line(), row.fault());
            return null;
        }
        try {
            return ImportedPerson.of(row, defaultRoles, RandomText.of(random, 16), clock.instant());
        } catch (Refusal refusal) {
            faults.at(row.line(), refusal.detail());
        } catch (IllegalArgumentException wrong) {
            faults.at(row.line(), String.valueOf(wrong.getMessage()));
        }
        return null;
    }
}
