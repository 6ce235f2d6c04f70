package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent.RecoveryCodeUsed;
import dev.gatehouse.audit.AuditEvent.RecoveryCodesMade;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.Sha256;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Ten codes on paper for the day when the phone is gone, each good once in place of a second factor. They are shown when they are made and never again: what is kept is
 * a plain SHA-256 of account and code. That is enough because a code has 80 random bits, which nobody tries out; with fewer it would take a slow hash or a key. The
 * account is in the hash so that one guess is never a guess at everybody's.
 */
public final class RecoveryCodes {
    static final String FORGET = "DELETE FROM recovery_code WHERE account_id = $1";

    static final String KEEP = "INSERT INTO recovery_code (account_id, code_hash) SELECT $1, unnest($2::bytea[])";

    static final String USE =
            """
            UPDATE recovery_code SET used_at = now()
             WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL
            RETURNING (SELECT count(*) FROM recovery_code other
                        WHERE other.account_id = $1 AND other.used_at IS NULL AND other.code_hash <> $2) AS remaining
            """;

    static final String REMAINING =
            "SELECT count(*) AS remaining FROM recovery_code WHERE account_id = $1 AND used_at IS NULL";

    static final int CODES = 10;
    static final int CODE_BYTES = 10;
    private static final int LETTERS = CODE_BYTES * 8 / 5;
    private static final int LONGEST_TYPED = 64;

    private final Database database;
    private final Chronicle chronicle;
    private final SecureRandom random;
    private final CodeThrottle throttle;

    public RecoveryCodes(Database database, AuditTrail trail, Owners owners, SecureRandom random) {
        this.database = database;
        this.chronicle = new Chronicle(trail, owners);
        this.random = random;
        this.throttle = new CodeThrottle(database);
    }

    /** Ten new ones, as people read them; whatever the account had before is worth nothing from now on. Refused for an account that is gone or locked. */
    public Future<List<String>> make(UserId account, By by) {
        var codes = new ArrayList<String>();
        for (int i = 0; i < CODES; i++) codes.add(fresh());
        Buffer[] hashes = codes.stream()
                .map(code -> hash(account, letters(code).orElseThrow()))
                .toArray(Buffer[]::new);
        return database.inTransaction(transaction -> HeldAccount.hold(transaction, account)
                .compose(held -> forget(transaction, account))
                .compose(gone -> transaction
                        .preparedQuery(KEEP)
                        .execute(Tuple.tuple().addString(account.value()).addArrayOfBuffer(hashes)))
                .compose(kept ->
                        chronicle.record(transaction, new RecoveryCodesMade(account, CODES, by.actor(), by.source())))
                .map(List.copyOf(codes)));
    }

    /**
     * Whether this is a code that was not used yet, and uses it. In any case and with any spaces and dashes; what looks like another letter is taken for it. Wrong ones
     * count together with those of authenticator apps.
     */
    public Future<Boolean> use(UserId account, String typed, Source source, Optional<Buffer> device) {
        return throttle.begin(account, device).compose(begun -> letters(typed)
                .map(letters -> taken(account, letters, source))
                .orElse(Future.succeededFuture(false))
                .compose(right -> right ? throttle.takeBack(begun).map(true) : Future.succeededFuture(false)));
    }

    /** How many the account has left. */
    public Future<Integer> remaining(UserId account) {
        return database.query(REMAINING, Tuple.of(account.value()))
                .map(rows -> rows.iterator().next().getInteger("remaining"));
    }

    /** For an account that needs none any more; within a transaction of the caller's, which tells the trail why. */
    public static Future<Void> forget(SqlConnection transaction, UserId account) {
        return transaction
                .preparedQuery(FORGET)
                .execute(Tuple.of(account.value()))
                .mapEmpty();
    }

    private Future<Boolean> taken(UserId account, String letters, Source source) {
        return database.inTransaction(transaction -> transaction
                .preparedQuery(USE)
                .execute(Tuple.of(account.value(), hash(account, letters)))
                .compose(used -> used.size() == 0
                        ? Future.succeededFuture(false)
                        : chronicle
                                .record(
                                        transaction,
                                        used(account, used.iterator().next(), source))
                                .map(true)));
    }

    private static RecoveryCodeUsed used(UserId account, Row row, Source source) {
        return new RecoveryCodeUsed(account, row.getInteger("remaining"), source);
    }

    private String fresh() {
        byte[] bytes = new byte[CODE_BYTES];
        random.nextBytes(bytes);
        return Base32.grouped(Base32.encode(bytes, Base32.READABLE), "-");
    }

    /** The letters of a code however it was typed; empty for what cannot be one. */
    static Optional<String> letters(String typed) {
        if (typed.length() > LONGEST_TYPED) return Optional.empty();
        var letters = new StringBuilder();
        for (char c : typed.toCharArray()) {
            if (!Character.isLetterOrDigit(c)) continue;
            char letter = meant(c);
            if (Base32.READABLE.indexOf(letter) < 0) return Optional.empty();
            letters.append(letter);
        }
        return letters.length() == LETTERS ? Optional.of(letters.toString()) : Optional.empty();
    }

    private static char meant(char typed) {
        return switch (typed) {
            case 'o', 'O' -> '0';
            case 'i', 'I', 'l', 'L' -> '1';
            default -> Character.toUpperCase(typed);
        };
    }

    private static Buffer hash(UserId account, String letters) {
        return Buffer.buffer(Sha256.of(account.value() + ':' + letters));
    }
}
