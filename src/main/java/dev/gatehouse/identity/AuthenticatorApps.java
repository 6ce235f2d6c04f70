package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent.SecondFactorRemoved;
import dev.gatehouse.audit.AuditEvent.SecondFactorSet;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.keys.KeyWrapping;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Apps on phones that show a code every thirty seconds ({@link Totp}), one for each account. What they are told is kept under the master key, bound to its account. A
 * code is taken once over all nodes, and so is every older one: a single statement moves the account's last step on.
 */
public final class AuthenticatorApps {
    static final String KEEP =
            """
            INSERT INTO totp (account_id, wrapped_seed, last_step)
            SELECT id, $2, $3 FROM account WHERE id = $1 AND locked_at IS NULL
            ON CONFLICT (account_id) DO UPDATE
               SET wrapped_seed = excluded.wrapped_seed,
                   last_step = GREATEST(totp.last_step, excluded.last_step),
                   made_at = now()
            """;

    static final String FIND = "SELECT wrapped_seed, last_step, made_at FROM totp WHERE account_id = $1";

    static final String TAKE = "UPDATE totp SET last_step = $2 WHERE account_id = $1 AND last_step < $2";

    static final String REMOVE = "DELETE FROM totp WHERE account_id = $1";

    /** 160 bits, as RFC 4226 §4 wants of a shared secret. */
    private static final int SEED_BYTES = 20;

    private static final String PURPOSE = "totp-seed";
    private static final String KIND = "totp";

    private final Database database;
    private final Chronicle chronicle;
    private final KeyWrapping wrapping;
    private final SecureRandom random;
    private final CodeThrottle throttle;

    public AuthenticatorApps(
            Database database, AuditTrail trail, Owners owners, KeyWrapping wrapping, SecureRandom random) {
        this.database = database;
        this.chronicle = new Chronicle(trail, owners);
        this.wrapping = wrapping;
        this.random = random;
        this.throttle = new CodeThrottle(database);
    }

    /**
     * What an app is told. {@code typed} and {@code uri} hold the secret: they are shown once and kept nowhere. {@code sealed} is the same secret under the master key,
     * good for its account alone; it waits where the caller keeps its state until the first code confirms it.
     */
    public record Enrolment(String typed, String uri, String sealed) {
        /** The picture for a camera, as SVG; {@code label} says what it is. */
        public String picture(String label) {
            return QrPicture.svg(uri, label);
        }

        @Override
        public String toString() {
            return "Enrolment[…]";
        }
    }

    /** A new secret for an account; nothing is stored yet. {@code house} and {@code username} are what the app shows beside its codes. */
    public Enrolment begin(UserId account, String house, String username) {
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        return enrolment(seed, seal(account, seed), house, username);
    }

    /** The same again, for a page that is shown once more; empty where it was sealed for another account. */
    public Optional<Enrolment> again(UserId account, String sealed, String house, String username) {
        return open(account, sealed).map(seed -> enrolment(seed, sealed, house, username));
    }

    /** Sets the app up, in place of another one, where the code is right; it is taken by that. False: it was not. */
    public Future<Boolean> confirm(UserId account, String sealed, String code, Instant now, By by) {
        Optional<byte[]> seed = open(account, sealed);
        OptionalLong step = seed.isEmpty() ? OptionalLong.empty() : step(seed.get(), code, now, Long.MIN_VALUE);
        if (seed.isEmpty() || step.isEmpty()) return Future.succeededFuture(false);
        Buffer wrapped = Buffer.buffer(wrapping.wrap(PURPOSE, account.value(), seed.get()));
        return database.inTransaction(transaction -> transaction
                .preparedQuery(KEEP)
                .execute(Tuple.of(account.value(), wrapped, step.getAsLong()))
                .compose(kept -> kept.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : chronicle
                                .record(transaction, new SecondFactorSet(account, KIND, by.actor(), by.source()))
                                .map(true)));
    }

    /** Since when the account has an app; empty where it has none. */
    public Future<Optional<Instant>> since(UserId account) {
        return database.query(FIND, Tuple.of(account.value())).map(rows -> first(rows)
                .map(row -> row.getOffsetDateTime("made_at").toInstant()));
    }

    /**
     * Whether the code is right, at most thirty seconds early or late, and takes it. After ten wrong ones within a quarter of an hour everything is refused with
     * {@code too_many_attempts}; {@code device} is the browser's, by which it may have a count of its own ({@link CodeThrottle}). An account without an app, or one that nobody has, gets the same answers.
     */
    public Future<Boolean> check(UserId account, String code, Instant now, Optional<Buffer> device) {
        return throttle.begin(account, device).compose(begun -> database.query(FIND, Tuple.of(account.value()))
                .compose(rows -> taken(account, step(account, first(rows), code, now)))
                .compose(right -> right ? throttle.takeBack(begun).map(true) : Future.succeededFuture(false)));
    }

    /** False where there was none. Recovery codes stay; whether they shall is the caller's to say. */
    public Future<Boolean> remove(UserId account, By by) {
        return database.inTransaction(transaction -> transaction
                .preparedQuery(REMOVE)
                .execute(Tuple.of(account.value()))
                .compose(gone -> gone.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : chronicle
                                .record(transaction, new SecondFactorRemoved(account, KIND, by.actor(), by.source()))
                                .map(true)));
    }

    private Future<Boolean> taken(UserId account, OptionalLong step) {
        if (step.isEmpty()) return Future.succeededFuture(false);
        return database.query(TAKE, Tuple.of(account.value(), step.getAsLong())).map(taken -> taken.rowCount() == 1);
    }

    private OptionalLong step(UserId account, Optional<Row> row, String code, Instant now) {
        if (row.isEmpty()) return OptionalLong.empty();
        byte[] seed = wrapping.unwrap(
                        PURPOSE,
                        account.value(),
                        row.get().getBuffer("wrapped_seed").getBytes())
                .orElseThrow(() -> new IllegalStateException(
                        "the authenticator secret of " + account + " does not open with the master key"));
        return step(seed, code, now, row.get().getLong("last_step"));
    }

    private static OptionalLong step(byte[] seed, String code, Instant now, long last) {
        Optional<String> digits = Totp.digits(code);
        return digits.isEmpty() ? OptionalLong.empty() : Totp.match(seed, digits.get(), now, last);
    }

    /** The format of authenticator apps; digits, period and hash are their defaults, and some apps stumble over them when they are said. */
    private static Enrolment enrolment(byte[] seed, String sealed, String house, String username) {
        String secret = Base32.encode(seed, Base32.RFC);
        // An issuer with a colon in it would end there: the label is "issuer:name".
        String issuer = house.replace(":", "");
        String uri = "otpauth://totp/" + escaped(issuer) + ":" + escaped(username) + "?secret=" + secret + "&issuer="
                + escaped(issuer);
        return new Enrolment(Base32.grouped(secret, " "), uri, sealed);
    }

    /** Apps read a plus sign as it stands. */
    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String seal(UserId account, byte[] seed) {
        return Base64Url.encode(wrapping.wrap(PURPOSE, account.value(), seed));
    }

    private Optional<byte[]> open(UserId account, String sealed) {
        byte[] wrapped = Base64Url.decode(sealed);
        return wrapped == null ? Optional.empty() : wrapping.unwrap(PURPOSE, account.value(), wrapped);
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
    }
}
