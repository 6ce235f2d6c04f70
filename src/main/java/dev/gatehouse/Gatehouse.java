package dev.gatehouse;

import dev.gatehouse.cli.Starter.Opening;
import dev.gatehouse.clients.ClientAuthentication;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.clients.registration.MetadataDocuments;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.Config.DatabaseSettings;
import dev.gatehouse.config.Config.Listen;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.ConfigFile.Mode;
import dev.gatehouse.demo.DemoBackends;
import dev.gatehouse.demo.DemoPeople;
import dev.gatehouse.edge.AccessLog;
import dev.gatehouse.edge.Crowd;
import dev.gatehouse.edge.EdgeParts;
import dev.gatehouse.edge.EdgeSnapshot;
import dev.gatehouse.edge.Files;
import dev.gatehouse.edge.GatewayVerticle;
import dev.gatehouse.edge.Upstreams;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Administrators;
import dev.gatehouse.identity.Departures;
import dev.gatehouse.identity.Letters;
import dev.gatehouse.identity.MailDelivery;
import dev.gatehouse.identity.Mails;
import dev.gatehouse.identity.PasswordHasher;
import dev.gatehouse.identity.Profiles;
import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.HouseKind;
import dev.gatehouse.keys.KeyRotation;
import dev.gatehouse.limits.ForgeryGuard;
import dev.gatehouse.limits.RateLimits;
import dev.gatehouse.ops.AdminListener;
import dev.gatehouse.ops.Banner;
import dev.gatehouse.ops.DatabaseCheck;
import dev.gatehouse.ops.Health;
import dev.gatehouse.ops.Probe;
import dev.gatehouse.ops.Shutdown;
import dev.gatehouse.ops.Version;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Secrets;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.DatabaseUrl;
import dev.gatehouse.store.EmbeddedPostgres;
import dev.gatehouse.store.GateLock;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.store.SingleLeader;
import dev.gatehouse.store.StartFailure;
import dev.gatehouse.store.Sweep;
import dev.gatehouse.tokens.RemoteJwks;
import dev.gatehouse.tokens.WarmUp;
import dev.gatehouse.web.Brand;
import dev.gatehouse.web.Endpoints;
import dev.gatehouse.web.Pages;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.io.OutputStream;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The house: the only place that wires rooms together. Opened on the calling thread, in order; what was opened last closes first, after a
 * signal or when something on the way failed.
 */
public final class Gatehouse implements AutoCloseable {
    /** How long requests may take to finish when the gate closes. */
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    /** A letter that is being handed over may take a minute; what is not done by then is sent again. */
    private static final Duration MAIL_LIMIT = Duration.ofSeconds(10);

    private static final Duration DATABASE_STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Gatehouse.class);

    private final Opening opening;
    private final long began = System.nanoTime();
    private final InstantSource clock = InstantSource.system();
    private final SecureRandom random = CryptoProvider.fastest().random();
    private final int loops = Runtime.getRuntime().availableProcessors();
    private final ForgeryGuard forgeries = new ForgeryGuard(clock);
    private final RateLimits rateLimits = new RateLimits(clock);
    private final Shutdown shutdown = new Shutdown();
    private final Presence presence;
    private final Health health;
    private final Watch watch;
    private final Listen listen;
    private final String url;
    private final AccessLog accessLog;
    private volatile Serving serving;
    private final Pages pages = Pages.of(() -> serving.brand(), this::config);
    private volatile @Nullable Clients clients;
    private volatile @Nullable Vertx vertx;
    private volatile @Nullable Verticles verticles;

    /** What a saved file changes, at once. */
    private record Serving(ConfigFile file, EdgeSnapshot edge, Brand brand) {}

    private Gatehouse(Opening opening, OutputStream log, boolean prettyLog) {
        this.opening = opening;
        Config config = opening.file().config();
        this.listen = Doors.withPort(
                opening.mode() == Mode.DEV
                        ? Doors.atHome(config.listen(), opening.overrides().listen())
                        : config.listen());
        this.url = Doors.url(config, listen);
        this.presence = new Presence(opening.environment(), url);
        this.health = presence.health();
        this.watch = new Watch(config.observe());
        this.accessLog = AccessLog.to(log, prettyLog);
        this.serving = serving(opening.file());
    }

    /** Opens the doors; returns when requests are answered. {@code log} takes the line of every request. Fails with a {@link StartFailure} in words for people. */
    public static Gatehouse open(Opening opening, OutputStream log, boolean prettyLog) {
        var house = new Gatehouse(opening, log, prettyLog);
        try {
            house.open();
            return house;
        } catch (RuntimeException failure) {
            house.close();
            throw failure;
        }
    }

    /** What browsers see, without a slash at its end. */
    public String url() {
        return url;
    }

    public int port() {
        return listen.port();
    }

    /** Where verticles of this JVM live: APIs behind the gate that are called over the event bus, and whoever asks it about tokens. */
    public Vertx vertx() {
        return Objects.requireNonNull(vertx, "the house is not open yet");
    }

    /** Closes everything, in the order that loses nothing; true when every step ended well and in time. */
    boolean shut() {
        return shutdown.run();
    }

    /** Closes when the process is told to end. */
    void shutOnSignal() {
        presence.lingersIn(shutdown);
        shutdown.onSignal();
    }

    @Override
    public void close() {
        shut();
    }

    private void open() {
        Config config = serving.file().config();
        presence.closesIn(shutdown);
        shutdown.first("log", CLOSE_LIMIT, () -> done(accessLog::close));
        GateLock lock = GateLock.take(serving.file().data());
        shutdown.first("lock", CLOSE_LIMIT, () -> done(lock::close));
        Vertx vertx = EventLoops.open(loops, config.door().transport());
        shutdown.first("vert.x", CLOSE_LIMIT, () -> vertx.close().toCompletionStage());
        shutdown.first("watch", CLOSE_LIMIT, () -> watch.close().toCompletionStage());
        this.vertx = vertx;

        AdminListener admin = adminListener(
                vertx,
                opening.mode() == Mode.DEV
                        ? Doors.atHome(config.admin(), opening.overrides().admin())
                        : config.admin());
        Database database = Database.open(vertx, whereToFindIt(config.database()), clock);
        shutdown.first("connections", CLOSE_LIMIT, () -> database.close().toCompletionStage());
        health.check(
                Probe.READY, "database", () -> new DatabaseCheck(database::downSince, config().databaseGrace(), clock)
                        .get());
        database.awaitReady().await();

        Ground ground = Ground.open(vertx, database, serving.file(), this::config, kind(), url, clock, loops);
        shutdown.first("ground", CLOSE_LIMIT, () -> ground.close().toCompletionStage());
        ground.others().trustedBy(config).run();
        var mails = new Mails(database, ground.wrapping());
        watch.ground(ground);
        Clients clients = clients(ground);
        List<Clients.Made> firstSecrets = Ground.await(clients.makeSecrets(config, random));

        var hasher = new PasswordHasher(vertx, random, config().login().threads(), () -> config().login()
                .breached());
        shutdown.first("hashing", CLOSE_LIMIT, () -> hasher.close().toCompletionStage());
        watch.hashing(hasher);
        var accounts = new Accounts(database, ground.trail(), hasher, ground.revocations()::learn, random);
        upkeep(ground, accounts, mails);
        Optional<Banner.Demo> demo =
                opening.mode() == Mode.DEV ? Optional.of(demo(vertx, ground, accounts)) : Optional.empty();
        var firstAdministrator = new FirstAdministrator(
                new Administrators(database, accounts, ground.trail(), url, random), opening.environment());
        firstAdministrator.make(config);

        gateway(vertx, ground, clients, accounts, hasher, mails);
        var reload = new Reload(serving.file(), this::read, presence.reloading(file -> take(file, ground)), clock);
        watch.reloads(reload, health);
        reload.start();
        shutdown.first("reload", CLOSE_LIMIT, () -> done(reload::stop));
        presence.leavesIn(shutdown);
        new WarmUp(ground.tokens(), clock).run();
        presence.up(vertx);
        announce(banner(admin, firstAdministrator.link(), demo));
        FirstSecrets.tell(opening, firstSecrets);
    }

    // ---- what is opened, in order ----

    private AdminListener adminListener(Vertx vertx, Listen at) {
        AdminListener admin =
                Doors.listening(AdminListener.open(vertx, at, url, watch.addresses(vertx, health)), at, "--admin");
        shutdown.first("admin listener", CLOSE_LIMIT, () -> admin.shutdown(Duration.ofSeconds(1))
                .toCompletionStage());
        return admin;
    }

    private PgConnectOptions whereToFindIt(DatabaseSettings settings) {
        if (settings instanceof DatabaseSettings.External external) return DatabaseUrl.parse(external.url());
        EmbeddedPostgres postgres =
                EmbeddedPostgres.start(serving.file().data()).kept();
        shutdown.first("embedded database", DATABASE_STOP_LIMIT, () -> done(postgres::close));
        return postgres.options();
    }

    /** What only one node does. */
    private void upkeep(Ground ground, Accounts accounts, Mails mails) {
        var sweep = new Sweep(ground.database());
        var departures =
                new Departures(ground.database(), accounts, ground.trail(), new Letters(mails, this::config, url));
        var delivery = new MailDelivery(vertx(), mails, this::config, url, ground.trail());
        shutdown.first("mail", MAIL_LIMIT, () -> delivery.close().toCompletionStage());
        SingleLeader leader = SingleLeader.of(ground.database(), "upkeep")
                .every(SWEEP_EVERY, sweep::round)
                .every(SWEEP_EVERY, departures::round)
                .every(MailDelivery.LOOK_EVERY, delivery::round)
                .start();
        ground.notices().listen(MailDelivery.CHANNEL, () -> {
            if (leader.leads()) delivery.round();
        });
        shutdown.first("upkeep", CLOSE_LIMIT, () -> leader.close().toCompletionStage());
    }

    /** Every app there is, of the file and of the database. */
    private Clients clients(Ground ground) {
        var known = new Clients(vertx(), ground.database(), this::config, clock);
        Ground.await(known.start(ground.notices()));
        shutdown.first("clients", CLOSE_LIMIT, () -> done(known::close));
        this.clients = known;
        return known;
    }

    private Banner.Demo demo(Vertx vertx, Ground ground, Accounts accounts) {
        Ground.await(DemoBackends.start(vertx, config().apis()));
        var people = new DemoPeople(accounts, new Profiles(ground.database(), ground.trail()), random);
        return new Banner.Demo(DemoPeople.names(), Ground.await(people.settle()));
    }

    private void gateway(
            Vertx vertx, Ground ground, Clients clients, Accounts accounts, PasswordHasher hasher, Mails mails) {
        HouseWing wing = HouseWing.open(house(ground, clients, accounts, hasher, mails), ground.notices());
        shutdown.first("logout notices", CLOSE_LIMIT, () -> wing.close().toCompletionStage());
        Upstreams upstreams = Upstreams.behind(vertx, () -> serving.edge());
        shutdown.first("upstreams", CLOSE_LIMIT, () -> {
            upstreams.close();
            return CompletableFuture.completedStage(null);
        });
        var parts = new EdgeParts(
                listen,
                () -> serving.edge(),
                ground.tokens()::auth,
                ground.proofs(),
                wing.sessions(),
                loop -> new Endpoints(url, BODY_TIMEOUT, wing.addresses(), pages),
                () -> graceIsOver(ground.database()),
                upstreams,
                forgeries,
                new Crowd(Files.left()),
                accessLog,
                watch.spans(vertx),
                opening.mode() == Mode.DEV,
                health::isDraining,
                DRAIN,
                clock,
                random);
        watch.edge(parts);
        verticles = Verticles.welcome(
                vertx,
                ground,
                clients,
                wing,
                () -> serving.edge(),
                this::config,
                () -> graceIsOver(ground.database()),
                clock,
                loops);
        String deployment = Doors.listening(
                vertx.deployVerticle(() -> new GatewayVerticle(parts), new DeploymentOptions().setInstances(loops)),
                listen,
                "--listen");
        shutdown.first("gateway", DRAIN.plus(CLOSE_LIMIT), () -> vertx.undeploy(deployment)
                .toCompletionStage());
    }

    private House house(Ground ground, Clients clients, Accounts accounts, PasswordHasher hasher, Mails mails) {
        var outbound = ground.outbound();
        var remoteJwks = new RemoteJwks(outbound, clock);
        clients.with(new MetadataDocuments(outbound, this::config, clock));
        return new House(
                vertx(),
                ground.database(),
                this::config,
                url,
                Ground.await(Secrets.read(ground.secrets())),
                accounts,
                hasher,
                mails,
                clients,
                new ClientAuthentication(
                        clients,
                        remoteJwks,
                        new OneTime(ground.database()),
                        ground.tokens().signatures(),
                        url,
                        clock),
                ground.wrapping(),
                ground.tokens(),
                ground.revocations(),
                ground.keys()::ring,
                outbound,
                remoteJwks,
                forgeries,
                ground.trail(),
                pages,
                clock,
                random);
    }

    // ---- what a saved file changes ----

    private ConfigFile read() {
        return ConfigFile.read(opening.file().file(), opening.environment(), opening.overrides(), opening.mode());
    }

    private void take(ConfigFile file, Ground ground) {
        Serving next = serving(file);
        Runnable trusted = ground.others().trustedBy(file.config());
        Ground.await(ground.keys().settings(KeyRotation.by(file.config())));
        trusted.run();
        serving = next;
        FirstSecrets.tell(opening, Ground.await(Objects.requireNonNull(clients).makeSecrets(file.config(), random)));
        Objects.requireNonNull(verticles).events().configReloaded();
    }

    private Serving serving(ConfigFile file) {
        return new Serving(
                file,
                EdgeSnapshot.compile(file.config(), url, this::isOfBrowserApp, rateLimits),
                Brand.of(file.config().branding()));
    }

    private Config config() {
        return serving.file().config();
    }

    // ---- small questions ----

    private boolean isOfBrowserApp(String origin) {
        Clients known = clients;
        return known != null && known.allows(origin);
    }

    private HouseKind kind() {
        return opening.mode() == Mode.DEV ? HouseKind.DEMO : HouseKind.HOUSE;
    }

    private boolean graceIsOver(Database database) {
        return database.downSince()
                .map(since -> since.plus(config().databaseGrace()).isBefore(clock.instant()))
                .orElse(false);
    }

    /** People get the whole of it, and so does whoever starts the demo house; a log gets one line without passwords. */
    private void announce(Banner banner) {
        if (opening.mode() == Mode.DEV || opening.terminal().interactive()) {
            opening.terminal().out().print(banner.text());
            opening.terminal().out().flush();
        } else {
            LOG.info("{}", banner.inOneLine());
            banner.setup()
                    .ifPresent(link -> LOG.warn("nobody administers this house yet: open {} within 30 minutes", link));
        }
    }

    private Banner banner(AdminListener admin, Optional<String> setup, Optional<Banner.Demo> demo) {
        boolean embedded = config().database() instanceof DatabaseSettings.Embedded;
        return new Banner(
                Version.current(),
                Duration.ofNanos(System.nanoTime() - began),
                embedded ? "embedded PostgreSQL in " + serving.file().data() : "external PostgreSQL",
                listen.host().filter(host -> host.startsWith("127.")).isPresent(),
                URI.create(url),
                "http://" + config().admin().host().orElse("127.0.0.1") + ":" + admin.port(),
                List.copyOf(config().apis().keySet()),
                setup,
                demo);
    }

    /** Something that may block or fail, as a step of the way out. */
    private interface Closing {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> done(Closing closing) throws Exception {
        closing.run();
        return CompletableFuture.completedFuture(null);
    }
}
