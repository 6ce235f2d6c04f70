package dev.gatehouse;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.ConfigFile.Mode;
import dev.gatehouse.config.Overrides;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.PasswordHasher;
import dev.gatehouse.keys.HouseKind;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.tokens.BadTokens;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.tokens.TokenMint.Minted;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node of a house without a door: what an operator's command does beside a running gate is done here, and gates learn of it by the database alone. Mints what no
 * sign-in gives.
 */
final class BackRoom implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    private final TestDatabase database;
    private final String url;
    private final Config config;
    private final Ground ground;
    private final PasswordHasher hasher;
    private final Accounts accounts;

    private BackRoom(TestDatabase database, String url, Config config, Ground ground) {
        var random = new SecureRandom();
        this.database = database;
        this.url = url;
        this.config = config;
        this.ground = ground;
        this.hasher = new PasswordHasher(database.vertx(), random);
        this.accounts = new Accounts(
                ground.database(), new AuditTrail(ground.database()), hasher, ground.revocations()::learn, random);
    }

    /** Of the house that {@code gate} is a node of, on the test's database. */
    static BackRoom behind(Gate gate, TestDatabase database) {
        var overrides = new Overrides(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Gate.postgresUrl(database.options())));
        var file = ConfigFile.read(gate.file(), Map.of("MASTER_KEY", Gate.MASTER_KEY), overrides, Mode.RUN);
        var ground = Ground.open(
                database.vertx(),
                database.another(),
                file,
                file::config,
                HouseKind.HOUSE,
                gate.url(),
                InstantSource.system(),
                1);
        return new BackRoom(database, gate.url(), file.config(), ground);
    }

    /** As the gate's file said it. */
    Config config() {
        return config;
    }

    Accounts accounts() {
        return accounts;
    }

    /** Keys with their private parts. */
    KeyRing keys() {
        return ground.keys().ring();
    }

    /** As {@code gatehouse key rotate}; returns when it is on disk. */
    void rotate() {
        TestDatabase.await(ground.keys().rotate());
    }

    /** As {@code gatehouse token revoke}; returns when it is on disk. */
    void revoke(Revocation revocation) {
        TestDatabase.await(ground.revocations().revoke(revocation));
    }

    /** A token of our own that belongs to no session, as if made at that instant. */
    Minted minted(Instant at, Map<String, Object> more) {
        return minted(at, more, Optional.empty());
    }

    /** A good one that only the holder of the key with that thumbprint may use. */
    Minted bound(String key) {
        return minted(Instant.now(), Map.of(), Optional.of(key));
    }

    private Minted minted(Instant at, Map<String, Object> more, Optional<String> key) {
        return ground.tokens()
                .mint()
                .mint(
                        new AccessGrant(
                                "minted",
                                new ClientId("gatehouse"),
                                Optional.empty(),
                                Optional.of("minted"),
                                List.of(url),
                                Scopes.of(List.of()),
                                List.of(),
                                List.of(),
                                more,
                                LIFETIME,
                                Optional.empty(),
                                key),
                        at);
    }

    /** A good one. */
    Minted minted() {
        return minted(Instant.now(), Map.of());
    }

    BadTokens badTokens() {
        return new BadTokens(keys(), ground.keys().signatures(), url, url, Instant.now());
    }

    /** A statement of the test's own, to look at rows or to let time pass for them. */
    List<Row> sql(String sql, Object... values) {
        var rows = new ArrayList<Row>();
        TestDatabase.await(ground.database().query(sql, Tuple.from(values))).forEach(rows::add);
        return rows;
    }

    @Override
    public void close() {
        TestDatabase.await(ground.close());
        TestDatabase.await(hasher.close());
    }
}
