package dev.gatehouse.cli;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Administrators;
import dev.gatehouse.identity.Attributes;
import dev.gatehouse.identity.Invitations;
import dev.gatehouse.identity.Letters;
import dev.gatehouse.identity.Mails;
import dev.gatehouse.identity.PasswordHasher;
import dev.gatehouse.identity.PeopleImport;
import dev.gatehouse.identity.Profiles;
import dev.gatehouse.keys.HouseKind;
import dev.gatehouse.keys.Houses;
import dev.gatehouse.keys.KeyWrapping;
import dev.gatehouse.keys.MasterKeys;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.DatabaseUrl;
import dev.gatehouse.store.EmbeddedPostgres;
import dev.gatehouse.store.Migrations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The house's data, opened for one command: its PostgreSQL joined where it runs and started where it does not, left again at the end. What a
 * command changes here reaches running gates through the database's own notices.
 */
final class Desk implements AutoCloseable {
    static final String KIND = "SELECT kind FROM house";

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration WORK_LIMIT = Duration.ofSeconds(60);

    private final ConfigFile file;
    private final SecureRandom random = new SecureRandom();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Vertx vertx;
    private final Database database;

    private Desk(ConfigFile file) {
        this.file = file;
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        opened.push(() -> vertx.close().await());
        try {
            database = Database.open(vertx, address(), clock());
            opened.push(() -> database.close().await());
            reach();
            await(Migrations.of(database).migrate());
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    /** Opens what a start has made; refuses data that is not there yet. */
    static Desk open(ConfigFile file) {
        if (file.config().database() instanceof Config.DatabaseSettings.Embedded && !Files.isDirectory(file.data()))
            throw nothingThere(file.data());
        var desk = new Desk(file);
        if (desk.kind().isPresent()) return desk;
        desk.close();
        throw nothingThere(file.data());
    }

    /** Opens, and where nobody lives yet makes this a house, so that people can be added before the first start. */
    static Desk openOrMake(ConfigFile file) {
        var desk = new Desk(file);
        try {
            if (desk.kind().isEmpty()) desk.await(new Houses(desk.database, desk.wrapping()).enter(HouseKind.HOUSE));
            return desk;
        } catch (RuntimeException failure) {
            desk.close();
            throw failure;
        }
    }

    Config config() {
        return file.config();
    }

    Vertx vertx() {
        return vertx;
    }

    Database database() {
        return database;
    }

    InstantSource clock() {
        return InstantSource.system();
    }

    AuditTrail trail() {
        return new AuditTrail(database);
    }

    Accounts accounts() {
        return new Accounts(
                database,
                trail(),
                new PasswordHasher(vertx, random, 1, () -> config().login().breached()),
                told -> {},
                random);
    }

    /** What people are written; a gate that runs sends it, and without one the next that starts. */
    Letters letters() {
        return new Letters(new Mails(database, keyWrapping()), this::config, url());
    }

    PeopleImport peopleImport() {
        return new PeopleImport(database, trail(), random, clock());
    }

    Administrators administrators() {
        return new Administrators(database, accounts(), trail(), url(), random);
    }

    /** Left out, it is the loopback address of the port. */
    String url() {
        return config().url().map(Object::toString).orElseGet(() -> {
            String scheme = config().door().tls().isEmpty() ? "http" : "https";
            return scheme + "://localhost:" + config().listen().port();
        });
    }

    Attributes attributes() {
        return new Attributes(database, trail());
    }

    Invitations invitations() {
        return new Invitations(database, trail(), letters(), url(), random);
    }

    Profiles profiles() {
        return new Profiles(database, trail());
    }

    /** What opens keys; entering first makes sure that it does. */
    KeyWrapping keyWrapping() {
        var wrapping = wrapping();
        await(new Houses(database, wrapping).enter(kind().orElse(HouseKind.HOUSE)));
        return wrapping;
    }

    <T> T await(Future<T> future) {
        return future.timeout(WORK_LIMIT.toMillis(), TimeUnit.MILLISECONDS).await();
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) close(opened.pop());
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception late) {
            // The process ends anyway, and what was answered is on disk.
        }
    }

    private PgConnectOptions address() {
        if (config().database() instanceof Config.DatabaseSettings.External external)
            return DatabaseUrl.parse(external.url());
        var postgres = EmbeddedPostgres.start(file.data());
        opened.push(postgres);
        return postgres.options();
    }

    private void reach() {
        var ready = database.awaitReady().timeout(CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        var answer = ready.otherwiseEmpty();
        answer.await();
        if (ready.failed() && ready.cause() instanceof TimeoutException)
            throw CommandRefused.unreachable("the database does not answer");
        ready.await();
    }

    private Optional<HouseKind> kind() {
        var rows = await(database.query(KIND, Tuple.tuple()));
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(HouseKind.valueOf(
                        rows.iterator().next().getString("kind").toUpperCase(Locale.ROOT)));
    }

    private KeyWrapping wrapping() {
        boolean embedded = config().database() instanceof Config.DatabaseSettings.Embedded;
        return new KeyWrapping(new MasterKeys(random).read(config().keys().master(), embedded), random);
    }

    private static CommandRefused nothingThere(Path data) {
        return CommandRefused.because(
                "nobody lives in " + data + " yet: start the gate once, or add somebody with `gatehouse user add`");
    }
}
