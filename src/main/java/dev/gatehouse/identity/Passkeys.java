package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent.PasskeyAdded;
import dev.gatehouse.audit.AuditEvent.PasskeyCountedBack;
import dev.gatehouse.audit.AuditEvent.PasskeyRemoved;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passkeys of people: made, asked for, checked, listed (WebAuthn Level 3). Each ceremony begins with options for the browser, which hold a challenge that is taken once
 * over all nodes, by the browser it was given to and for what it was given for; whatever then does not fit burns it. What does not fit is {@code passkey_refused} with
 * one sentence for all cases; why goes to the log.
 *
 * <p>Four doors: {@link #newOptions} and {@link #add}; {@link #options} and {@link #check}.
 */
public final class Passkeys {
    static final String FIND =
            """
            SELECT credential_id, account_id, public_key, backup_eligible
              FROM passkey
              JOIN account ON account.id = passkey.account_id AND account.locked_at IS NULL
             WHERE credential_id = $1
            """;

    static final String LIST =
            """
            SELECT credential_id, name, aaguid, transports, backed_up, made_at, used_at
              FROM passkey
             WHERE account_id = $1
             ORDER BY made_at, credential_id
            """;

    static final String COUNT = "SELECT count(*) AS count FROM passkey WHERE account_id = $1";

    /** Whose it is already, is not told. */
    static final String ADD =
            """
            INSERT INTO passkey (credential_id, account_id, name, public_key, aaguid, transports, sign_count, backup_eligible, backed_up)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT DO NOTHING
            RETURNING credential_id, name, aaguid, transports, backed_up, made_at, used_at
            """;

    /** WebAuthn L3 §7.2, steps 23 and 24 as one: the counter moves on, or both are zero for ever. */
    static final String USED =
            """
            UPDATE passkey
               SET sign_count = $2, backed_up = $3, used_at = now()
             WHERE credential_id = $1
               AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0))
            """;

    static final String RENAME = "UPDATE passkey SET name = $3 WHERE credential_id = $2 AND account_id = $1";

    static final String REMOVE = "DELETE FROM passkey WHERE credential_id = $2 AND account_id = $1 RETURNING name";

    /** ES256, EdDSA, RS256 (RFC 9053 §2, RFC 8812 §2), the one we like best first. */
    static final List<Integer> ALGORITHMS = List.of(-7, -8, -257);

    static final int MOST = 20;
    static final int LONGEST_NAME = 64;
    static final int THREADS = 1;
    static final int WAITING = 64;

    /** How long a browser may wait for its owner; the challenge lives as long. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(Passkeys.class);
    private static final int CHALLENGE_BYTES = 32;

    private final Database database;
    private final AuditTrail trail;
    private final Chronicle chronicle;
    private final OneTime challenges;
    private final BoundedWorker worker;
    private final InstantSource clock;
    private final SecureRandom random;
    private final String host;
    private final Supplier<WebAuthn> ceremonies;

    /** {@code url} is what browsers see of the house: their passkeys are bound to its host, and are of no use from another origin. */
    public Passkeys(
            Vertx vertx,
            Database database,
            AuditTrail trail,
            Owners owners,
            String url,
            InstantSource clock,
            SecureRandom random) {
        this.database = database;
        this.trail = trail;
        this.chronicle = new Chronicle(trail, owners);
        this.challenges = new OneTime(database);
        this.worker = new BoundedWorker(vertx, "gatehouse-passkey", THREADS, WAITING);
        this.clock = clock;
        this.random = random;
        this.host = URI.create(url).getHost();
        this.ceremonies = new AtFirstUse(url, host);
    }

    /** Why somebody is asked for a passkey. An answer for one purpose is none for another. */
    public enum Purpose {
        SIGN_IN,
        SECOND_FACTOR,
        FRESH_PROOF
    }

    /**
     * What is asked, of whom, and in which browser. Without an account, whoever the passkey belongs to. {@code verifyUser}: the device must have seen a finger, a face or
     * a PIN; otherwise it may. {@code browserHash} names the browser; it is kept for as long as the question stands.
     */
    public record Question(Purpose purpose, Optional<UserId> account, boolean verifyUser, Buffer browserHash) {}

    /** Whose passkey it was. {@code userVerified}: it counts as two factors; {@code backedUp}: other devices have it too. */
    public record Proven(UserId account, String passkey, boolean userVerified, boolean backedUp) {}

    /** Whether browsers would take passkeys here at all: they do for names, and for no address in digits. */
    public boolean possible() {
        return !host.matches("[0-9.]+|\\[.*");
    }

    /**
     * For {@code PublicKeyCredential.parseCreationOptionsFromJSON}: what the browser is told to make a passkey for somebody who is signed in. Refused with
     * {@code too_many_passkeys} where there are twenty. {@code house} and {@code username} are shown by the device.
     */
    public Future<JsonObject> newOptions(UserId account, String house, String username, Buffer browserHash) {
        return of(account).compose(known -> {
            if (known.size() >= MOST) return Future.failedFuture(tooMany());
            return challenge(adding(account, browserHash))
                    .map(challenge -> creation(account, house, username, known, challenge));
        });
    }

    /** Keeps the passkey that the browser made; {@code answer} is its JSON, {@code name} what its owner calls it. */
    public Future<Passkey> add(UserId account, Buffer browserHash, String answer, String name, By by) {
        String given = name(name);
        PasskeyAnswer.New read;
        try {
            read = PasskeyAnswer.New.read(answer);
        } catch (Unfit unfit) {
            return refused(account.value(), unfit.why());
        }
        return asked(read, adding(account, browserHash))
                .compose(ours -> ours ? made(read) : unasked(account.value()))
                .compose(made -> kept(account, made, read.transports(), given, by));
    }

    /** For {@code PublicKeyCredential.parseRequestOptionsFromJSON}: what the browser is told to ask for a passkey. */
    public Future<JsonObject> options(Question question) {
        Future<List<Passkey>> allowed =
                question.account().map(this::of).orElse(Future.succeededFuture(List.<Passkey>of()));
        return allowed.compose(
                known -> challenge(data(question)).map(challenge -> request(question, known, challenge)));
    }

    /** Who proved what, by an answer to exactly that question; {@code answer} is the browser's JSON. */
    public Future<Proven> check(Question question, String answer, Source source) {
        PasskeyAnswer.Proof read;
        try {
            read = PasskeyAnswer.Proof.read(answer);
        } catch (Unfit unfit) {
            return refused(asked(question), unfit.why());
        }
        return asked(read, data(question))
                .compose(ours -> ours ? found(read, question) : unasked(asked(question)))
                .compose(owned -> proved(read, owned, question))
                .compose(proof -> counted(proof, source));
    }

    /** The passkeys of an account, the oldest first. */
    public Future<List<Passkey>> of(UserId account) {
        return database.query(LIST, Tuple.of(account.value())).map(rows -> {
            var all = new ArrayList<Passkey>();
            for (Row row : rows) all.add(Passkey.of(row));
            return all;
        });
    }

    /** False where the account has no such passkey. */
    public Future<Boolean> rename(UserId account, String id, String name) {
        String given = name(name);
        return stored(id)
                .map(bytes -> database.query(RENAME, Tuple.of(account.value(), bytes, given))
                        .map(renamed -> renamed.rowCount() == 1))
                .orElse(Future.succeededFuture(false));
    }

    /** False where the account has no such passkey; refused where it is the last way in. */
    public Future<Boolean> remove(UserId account, String id, WaysIn ways, By by) {
        return stored(id)
                .map(bytes -> database.inTransaction(transaction -> HeldAccount.hold(transaction, account)
                        .compose(held -> removed(transaction, account, id, bytes, ways, by))))
                .orElse(Future.succeededFuture(false));
    }

    /** How many answers are checked or wait for their turn. */
    public int underWay() {
        return worker.underWay();
    }

    public Future<Void> close() {
        return worker.close();
    }

    /** A passkey of ours, and whose it is. */
    private record Owned(UserId account, WebAuthn.Key key) {}

    /** An answer that is right but for its counter, which has not been looked at. */
    private record Proof(Owned owned, WebAuthn.Said said) {}

    /** One challenge, kept for as long as the browser waits. */
    private Future<String> challenge(JsonObject data) {
        String challenge = RandomText.of(random, CHALLENGE_BYTES);
        return challenges
                .put(OneTime.Kind.PASSKEY, challenge, data, clock.instant().plus(PATIENCE))
                .map(challenge);
    }

    /** Whether exactly that was asked, and nobody answered before. */
    private Future<Boolean> asked(PasskeyAnswer answer, JsonObject data) {
        return challenges
                .take(OneTime.Kind.PASSKEY, answer.clientData().challenge(), Optional.empty())
                .map(taken -> taken.filter(data::equals).isPresent());
    }

    private static JsonObject adding(UserId account, Buffer browserHash) {
        return data("add", Optional.of(account), false, browserHash);
    }

    private static JsonObject data(Question question) {
        String purpose = question.purpose().name().toLowerCase(Locale.ROOT);
        return data(purpose, question.account(), question.verifyUser(), question.browserHash());
    }

    private static JsonObject data(String purpose, Optional<UserId> account, boolean verifyUser, Buffer browserHash) {
        return new JsonObject()
                .put("purpose", purpose)
                .put("account", account.map(UserId::value).orElse(""))
                .put("verify", verifyUser)
                .put("browser", Base64Url.encode(browserHash.getBytes()));
    }

    private JsonObject creation(UserId account, String house, String username, List<Passkey> known, String challenge) {
        var algorithms = new JsonArray();
        ALGORITHMS.forEach(number ->
                algorithms.add(new JsonObject().put("type", "public-key").put("alg", number)));
        String handle = Base64Url.encode(account.value().getBytes(StandardCharsets.UTF_8));
        return new JsonObject()
                .put("rp", new JsonObject().put("id", host).put("name", house))
                .put(
                        "user",
                        new JsonObject().put("id", handle).put("name", username).put("displayName", username))
                .put("challenge", challenge)
                .put("pubKeyCredParams", algorithms)
                .put("timeout", PATIENCE.toMillis())
                .put("excludeCredentials", descriptors(known))
                .put(
                        "authenticatorSelection",
                        new JsonObject()
                                .put("residentKey", "required")
                                .put("requireResidentKey", true)
                                .put("userVerification", "preferred"))
                .put("attestation", "none");
    }

    private JsonObject request(Question question, List<Passkey> known, String challenge) {
        return new JsonObject()
                .put("challenge", challenge)
                .put("timeout", PATIENCE.toMillis())
                .put("rpId", host)
                .put("allowCredentials", descriptors(known))
                .put("userVerification", question.verifyUser() ? "required" : "preferred");
    }

    private static JsonArray descriptors(List<Passkey> passkeys) {
        var descriptors = new JsonArray();
        passkeys.forEach(passkey -> descriptors.add(new JsonObject()
                .put("type", "public-key")
                .put("id", passkey.id())
                .put("transports", new JsonArray(passkey.transports()))));
        return descriptors;
    }

    private Future<WebAuthn.Made> made(PasskeyAnswer.New answer) {
        return worker.inTurn(() -> ceremonies.get().made(answer)).recover(failure -> unfit("somebody new", failure));
    }

    private Future<Passkey> kept(UserId account, WebAuthn.Made made, List<String> transports, String name, By by) {
        var values = Tuple.tuple()
                .addBuffer(Buffer.buffer(made.key().id()))
                .addString(account.value())
                .addString(name)
                .addBuffer(Buffer.buffer(made.key().cose()))
                .addString(made.model())
                .addArrayOfString(transports.toArray(String[]::new))
                .addLong(made.signCount())
                .addBoolean(made.key().backupEligible())
                .addBoolean(made.backedUp());
        return database.inTransaction(transaction -> HeldAccount.hold(transaction, account)
                .compose(held -> transaction.preparedQuery(COUNT).execute(Tuple.of(account.value())))
                .compose(counted -> counted.iterator().next().getInteger("count") < MOST
                        ? transaction.preparedQuery(ADD).execute(values)
                        : Future.failedFuture(tooMany()))
                .compose(added -> added.size() == 1
                        ? Future.succeededFuture(Passkey.of(added.iterator().next()))
                        : this.<Passkey>refused(account.value(), "somebody has it already"))
                .compose(passkey -> chronicle
                        .record(
                                transaction,
                                new PasskeyAdded(account, passkey.id(), passkey.name(), by.actor(), by.source()))
                        .map(passkey)));
    }

    /** WebAuthn L3 §7.2, steps 5 and 6. */
    private Future<Owned> found(PasskeyAnswer.Proof answer, Question question) {
        return database.query(FIND, Tuple.of(Buffer.buffer(answer.id()))).compose(rows -> {
            if (rows.size() == 0) return refused(asked(question), "nobody has it, or the account is locked");
            Owned owned = owned(rows.iterator().next());
            String owner = owned.account().value();
            if (question.account().filter(owned.account()::equals).isEmpty()
                    && question.account().isPresent()) return refused(asked(question), "it is somebody else's");
            if (question.account().isEmpty() && answer.owner().isEmpty())
                return refused(owner, "it does not say whose it is");
            if (answer.owner().filter(said -> !said.equals(owner)).isPresent())
                return refused(owner, "it says that it is somebody else's");
            return Future.succeededFuture(owned);
        });
    }

    private static Owned owned(Row row) {
        return new Owned(
                new UserId(row.getString("account_id")),
                new WebAuthn.Key(
                        row.getBuffer("credential_id").getBytes(),
                        row.getBuffer("public_key").getBytes(),
                        row.getBoolean("backup_eligible")));
    }

    private Future<Proof> proved(PasskeyAnswer.Proof answer, Owned owned, Question question) {
        return worker.inTurn(() -> ceremonies.get().proved(answer, owned.key(), question.verifyUser()))
                .map(said -> new Proof(owned, said))
                .recover(failure -> unfit(owned.account().value(), failure));
    }

    private Future<Proven> counted(Proof proof, Source source) {
        WebAuthn.Said said = proof.said();
        UserId account = proof.owned().account();
        String passkey = Base64Url.encode(proof.owned().key().id());
        var values = Tuple.of(Buffer.buffer(proof.owned().key().id()), said.signCount(), said.backedUp());
        return database.query(USED, values)
                .compose(used -> used.rowCount() == 1
                        ? Future.succeededFuture()
                        : trail.record(new PasskeyCountedBack(account, passkey, said.signCount(), source))
                                .compose(told -> refused(account.value(), "its counter went back")))
                .map(counted -> new Proven(account, passkey, said.userVerified(), said.backedUp()));
    }

    private Future<Boolean> removed(
            SqlConnection transaction, UserId account, String id, Buffer bytes, WaysIn ways, By by) {
        return transaction
                .preparedQuery(REMOVE)
                .execute(Tuple.of(account.value(), bytes))
                .compose(gone -> gone.size() == 0
                        ? Future.succeededFuture(false)
                        : ways.checkLeft(transaction, account)
                                .compose(left -> chronicle.record(
                                        transaction,
                                        new PasskeyRemoved(
                                                account,
                                                id,
                                                gone.iterator().next().getString("name"),
                                                by.actor(),
                                                by.source())))
                                .map(true));
    }

    private static Optional<Buffer> stored(String id) {
        return Optional.ofNullable(Base64Url.decode(id)).map(Buffer::buffer);
    }

    /** As it was typed but for spaces around it: 1 to 64 characters, none of which moves the others about. */
    private static String name(String typed) {
        String name = typed.strip();
        int length = name.codePointCount(0, name.length());
        boolean odd = name.codePoints().anyMatch(Passkeys::isOdd);
        if (length >= 1 && length <= LONGEST_NAME && !odd) return name;
        throw Reason.PASSKEY_NAME_INVALID.because("A passkey's name has 1 to 64 characters.");
    }

    private static boolean isOdd(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            // Joiners are in names of many scripts, and in pictures of families.
            case Character.FORMAT -> point != 0x200c && point != 0x200d;
            default -> false;
        };
    }

    private static Refusal tooMany() {
        return Reason.TOO_MANY_PASSKEYS.because(
                "An account has at most 20 passkeys; remove one that is not used any more.");
    }

    private static String asked(Question question) {
        return question.account().map(UserId::value).orElse("somebody");
    }

    private <T> Future<T> unasked(String whose) {
        return refused(whose, "its challenge is unknown, answered, too old, another browser's or for something else");
    }

    private <T> Future<T> unfit(String whose, Throwable failure) {
        return failure instanceof Unfit unfit ? refused(whose, unfit.why()) : Future.failedFuture(failure);
    }

    /** One sentence for all cases: what exactly was wrong helps those who try things out more than those who own a passkey. */
    private <T> Future<T> refused(String whose, String why) {
        LOG.info("a passkey of {} was refused: {}", whose, why);
        return Future.failedFuture(
                Reason.PASSKEY_REFUSED.because("The passkey was not accepted. Try again, or use another way."));
    }

    /** Made by the first who needs it, on the worker's thread. */
    private static final class AtFirstUse implements Supplier<WebAuthn> {
        private final String origin;
        private final String host;
        private @Nullable WebAuthn made;

        AtFirstUse(String origin, String host) {
            this.origin = origin;
            this.host = host;
        }

        @Override
        public synchronized WebAuthn get() {
            WebAuthn known = made;
            if (known != null) return known;
            var fresh = new WebAuthn(origin, host);
            made = fresh;
            return fresh;
        }
    }
}
