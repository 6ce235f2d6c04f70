package dev.gatehouse;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.Config.DatabaseSettings;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.HouseKind;
import dev.gatehouse.keys.Houses;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRotation;
import dev.gatehouse.keys.KeyWrapping;
import dev.gatehouse.keys.Keys;
import dev.gatehouse.keys.MasterKeys;
import dev.gatehouse.keys.ServerSecrets;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.DatabaseUrl;
import dev.gatehouse.store.EmbeddedPostgres;
import dev.gatehouse.store.Migrations;
import dev.gatehouse.store.Notices;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.tokens.Tokens;
import dev.gatehouse.vocabulary.Issuer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The foundation of one node, opened in order on the calling thread: database, schema, master key, signing keys, revocations, tokens. */
record Ground(
        Optional<EmbeddedPostgres> postgres,
        Database database,
        Notices notices,
        AuditTrail audit,
        ServerSecrets secrets,
        Keys keys,
        Revocations revocations,
        Tokens tokens) {
    private static final int STEP_LIMIT_SECONDS = 60;

    /** {@code loops} is how many event loops verify tokens. An external database that is away is waited for; everything else that is wrong fails. */
    static Ground open(Vertx vertx, ConfigFile file, HouseKind kind, String url, InstantSource clock, int loops) {
        Config config = file.config();
        var provider = CryptoProvider.fastest();
        boolean embedded = config.database() instanceof DatabaseSettings.Embedded;
        byte[] master = new MasterKeys(provider.random()).read(config.keys().master(), embedded);
        var wrapping = new KeyWrapping(master, provider.random());
        Optional<EmbeddedPostgres> postgres = embedded ? Optional.of(EmbeddedPostgres.start(file.data()).kept()) : Optional.empty();
        Database database = Database.open(vertx, where(config.database(), postgres), clock);
        wait(database.awaitReady(), Integer.MAX_VALUE);

        var houses = new Houses(database, wrapping);
        wait(houses.check(kind));
        wait(Migrations.of(database).migrate());
        wait(houses.enter(kind));

        Notices notices = Notices.open(database);
        var self = new Issuer(url);
        var keys = new Keys(vertx, database, wrapping, new Signatures(provider), rotation(config), clock);
        var revocations = new Revocations(vertx, database, self, clock);
        wait(Future.all(keys.start(notices), revocations.start(notices)));
        var tokens = new Tokens(self, keys, revocations, clock, config.limits().tokenSize(), loops);
        return new Ground(
                postgres,
                database,
                notices,
                new AuditTrail(database),
                new ServerSecrets(database, wrapping, provider.random()),
                keys,
                revocations,
                tokens);
    }

    static KeyRotation rotation(Config config) {
        var algorithms = config.keys().algorithms().stream()
                .map(name -> JwsAlgorithm.named(name).orElseThrow())
                .toList();
        return new KeyRotation(
                algorithms, config.keys().every(), config.keys().keep(), config.tokens().access());
    }

    /** The connections, not the server: requests have ended, nothing is written any more. */
    Future<Void> closeConnections() {
        keys.close();
        revocations.close();
        return notices.close().eventually(database::close);
    }

    private static PgConnectOptions where(DatabaseSettings settings, Optional<EmbeddedPostgres> postgres) {
        if (settings instanceof DatabaseSettings.External external) return DatabaseUrl.options(external.url());
        return postgres.orElseThrow().options();
    }

    static <T> T wait(Future<T> step) {
        return wait(step, STEP_LIMIT_SECONDS);
    }

    private static <T> T wait(Future<T> step, long seconds) {
        try {
            return step.await(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException("a step of the start took longer than " + seconds + " s", late);
        }
    }
}
