package dev.gatehouse;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.HouseKind;
import dev.gatehouse.keys.Houses;
import dev.gatehouse.keys.KeyRotation;
import dev.gatehouse.keys.KeyWrapping;
import dev.gatehouse.keys.Keys;
import dev.gatehouse.keys.MasterKeys;
import dev.gatehouse.keys.ServerSecrets;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.outbound.PublicClient;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.Migrations;
import dev.gatehouse.store.Notices;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.tokens.DpopNonces;
import dev.gatehouse.tokens.ResourceProofs;
import dev.gatehouse.tokens.RevocationIndex;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.tokens.Tokens;
import dev.gatehouse.vocabulary.Issuer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The foundation of one node on a database that answers: its schema, the master key, signing keys, revocations, tokens. */
record Ground(
        Database database,
        Notices notices,
        AuditTrail trail,
        KeyWrapping wrapping,
        ServerSecrets secrets,
        Keys keys,
        Revocations revocations,
        Tokens tokens,
        PublicClient outbound,
        Others others,
        ResourceProofs proofs) {
    private static final long STEP_LIMIT_SECONDS = 60;

    /** Walks the steps in order on the calling thread. {@code now} is what the file says later on; {@code loops} is how many event loops verify tokens. */
    static Ground open(
            Vertx vertx,
            Database database,
            ConfigFile file,
            Supplier<Config> now,
            HouseKind kind,
            String url,
            InstantSource clock,
            int loops) {
        Config config = file.config();
        var provider = CryptoProvider.fastest();
        boolean embedded = config.database() instanceof Config.DatabaseSettings.Embedded;
        var wrapping = new KeyWrapping(
                new MasterKeys(provider.random()).read(config.keys().master(), embedded), provider.random());
        var houses = new Houses(database, wrapping);
        await(houses.check(kind));
        await(Migrations.of(database).migrate());
        await(houses.enter(kind));

        Notices notices = Notices.open(database);
        var self = new Issuer(url);
        var signatures = new Signatures(provider);
        var index = new RevocationIndex(self);
        var keys = new Keys(vertx, database, wrapping, signatures, KeyRotation.by(config), clock);
        var revocations = new Revocations(vertx, database, index, clock);
        await(Future.all(keys.start(notices), revocations.start(notices)));
        var once = new OneTime(database);
        var secrets = new ServerSecrets(database, wrapping, provider.random());
        var tokens = new Tokens(
                self, keys::ring, signatures, index, clock, config.limits().tokenSize(), loops);
        var outbound = new PublicClient(vertx, () -> now.get().outbound(), clock);
        return new Ground(
                database,
                notices,
                new AuditTrail(database),
                wrapping,
                secrets,
                keys,
                revocations,
                tokens,
                outbound,
                new Others(vertx, outbound, tokens, clock),
                new ResourceProofs(
                        signatures,
                        new DpopNonces(await(secrets.named(DpopNonces.SECRET)), clock),
                        (proof, until) -> once.first(OneTime.Kind.PROOF, proof, until),
                        clock));
    }

    /** Nothing is asked of the database any more. */
    Future<Void> close() {
        others.close();
        revocations.close();
        return Future.join(keys.close(), notices.close()).mapEmpty();
    }

    /** A step of the start; a failure comes out as it is. */
    static <T> T await(Future<T> step) {
        return step.timeout(STEP_LIMIT_SECONDS, TimeUnit.SECONDS).await();
    }
}
