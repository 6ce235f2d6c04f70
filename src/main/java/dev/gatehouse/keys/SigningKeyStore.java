package dev.gatehouse.keys;

import dev.gatehouse.store.Database;
import dev.gatehouse.store.StartFailure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Signing keys in the database. Every change is one statement; where two nodes want the same change, the partial unique indexes let one of them have it. */
final class SigningKeyStore {
    static final String READ =
            """
            SELECT kid, algorithm, phase, public_jwk, wrapped_key, made_at, active_at, retired_at, gone_at
              FROM signing_key
            """;
    static final String MAKE =
            """
            INSERT INTO signing_key (kid, algorithm, phase, public_jwk, wrapped_key, made_at, active_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT DO NOTHING
            """;
    /** The new key becomes active only if this very statement retired the old one. */
    static final String PROMOTE =
            """
            WITH retired AS (
                UPDATE signing_key
                   SET phase = 'RETIRED', retired_at = $3, gone_at = $4
                 WHERE kid = $1
                   AND phase = 'ACTIVE'
                RETURNING algorithm
            )
            UPDATE signing_key
               SET phase = 'ACTIVE', active_at = $3
              FROM retired
             WHERE kid = $2
               AND phase = 'NEXT'
               AND signing_key.algorithm = retired.algorithm
            """;

    static final String REMOVE =
            """
            DELETE FROM signing_key
             WHERE kid = $1
               AND phase = 'RETIRED'
            """;

    private static final String PURPOSE = "signing-key";

    private final Database database;
    private final KeyWrapping wrapping;

    SigningKeyStore(Database database, KeyWrapping wrapping) {
        this.database = database;
        this.wrapping = wrapping;
    }

    /** Every key; those already opened in {@code known} are not opened again. */
    Future<List<SigningKey>> read(KeyRing known) {
        return database.query(READ, Tuple.tuple()).map(rows -> {
            var keys = new ArrayList<SigningKey>();
            for (var row : rows) opened(row, known).ifPresent(keys::add);
            return keys;
        });
    }

    Future<Boolean> make(JwsAlgorithm algorithm, KeyPhase phase, KeyPair pair, Instant now) {
        String kid = PublicJwk.thumbprint(pair.getPublic());
        var publicJwk = new JsonObject();
        PublicJwk.write(pair.getPublic()).forEach(publicJwk::put);
        var wrapped =
                Buffer.buffer(wrapping.wrap(PURPOSE, kid, pair.getPrivate().getEncoded()));
        var active = phase == KeyPhase.ACTIVE ? at(now) : null;
        return database.query(
                        MAKE,
                        Tuple.of(kid, algorithm.wireName(), phase.name(), publicJwk.encode(), wrapped, at(now))
                                .addValue(active))
                .map(done -> done.rowCount() == 1);
    }

    Future<Boolean> promote(String retiring, String promoted, Instant now, Instant gone) {
        return database.query(PROMOTE, Tuple.of(retiring, promoted, at(now), at(gone)))
                .map(done -> done.rowCount() == 1);
    }

    Future<Boolean> remove(String kid) {
        return database.query(REMOVE, Tuple.of(kid)).map(done -> done.rowCount() == 1);
    }

    /** Empty for an algorithm that a newer binary made: it keeps its key, we leave it alone. */
    private Optional<SigningKey> opened(Row row, KeyRing known) {
        String kid = row.getString("kid");
        var phase = KeyPhase.valueOf(row.getString("phase"));
        var times = new SigningKey.Times(
                row.getOffsetDateTime("made_at").toInstant(),
                instant(row, "active_at"),
                instant(row, "retired_at"),
                instant(row, "gone_at"));
        var same = known.named(kid);
        if (same.isPresent()) return Optional.of(same.get().at(phase, times));
        return JwsAlgorithm.named(row.getString("algorithm"))
                .map(algorithm -> opened(row, kid, algorithm, phase, times));
    }

    private SigningKey opened(Row row, String kid, JwsAlgorithm algorithm, KeyPhase phase, SigningKey.Times times) {
        byte[] pkcs8 = wrapping.unwrap(
                        PURPOSE, kid, row.getBuffer("wrapped_key").getBytes())
                .orElseThrow(() -> damaged(kid));
        try {
            var publicKey = PublicJwk.read(new JsonObject(row.getString("public_jwk")).getMap());
            var privateKey = privateKey(algorithm, pkcs8);
            return new SigningKey(
                    kid, algorithm, phase, privateKey, SigningKey.verificationKey(kid, algorithm, publicKey), times);
        } catch (PublicJwk.Unusable | GeneralSecurityException e) {
            throw damaged(kid);
        }
    }

    private static StartFailure damaged(String kid) {
        return new StartFailure(
                "The signing key " + kid + " in the database is damaged: it does not open with the master key.",
                "Restore the table signing_key from a backup; nothing was changed.");
    }

    private static PrivateKey privateKey(JwsAlgorithm algorithm, byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm.keyPairName()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private static Optional<Instant> instant(Row row, String column) {
        @Nullable OffsetDateTime value = row.getOffsetDateTime(column);
        return Optional.ofNullable(value).map(OffsetDateTime::toInstant);
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
