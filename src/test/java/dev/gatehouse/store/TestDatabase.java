package dev.gatehouse.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real database with the whole schema, copied from a template in a few milliseconds.
 * {@code @RegisterExtension final TestDatabase db = new TestDatabase();} is one per test; {@code static final} is one per class.
 */
public final class TestDatabase
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final boolean migrated;
    private final List<Database> opened = new ArrayList<>();
    private Optional<String> name = Optional.empty();
    private Optional<Database> first = Optional.empty();
    private boolean shared;

    public TestDatabase() {
        this(true);
    }

    private TestDatabase(boolean migrated) {
        this.migrated = migrated;
    }

    /** A database without any table. */
    public static TestDatabase empty() {
        return new TestDatabase(false);
    }

    /** For tests that are no JUnit class of their own: made at once; {@link #close} drops it. */
    public static TestDatabase open() {
        var database = new TestDatabase();
        database.make();
        return database;
    }

    /** The first node's view; the same at every call. */
    public Database database() {
        if (first.isEmpty()) first = Optional.of(another());
        return first.get();
    }

    /** One more node on the same database. */
    public Database another() {
        return another(InstantSource.system());
    }

    /** One more node on the same database, with a clock of its own. */
    public Database another(InstantSource clock) {
        return reached(options(), clock);
    }

    /** One more node that takes another way to the database. */
    public Database reached(PgConnectOptions options, InstantSource clock) {
        var database = Database.open(vertx(), options, clock);
        opened.add(database);
        return database;
    }

    public PgConnectOptions options() {
        return TestServer.options().setDatabase(name.orElseThrow());
    }

    public Vertx vertx() {
        return TestServer.vertx();
    }

    /** The result of a future, waited for; a failure is thrown as it is. */
    public static <T> T await(Future<T> future) {
        return future.timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS).await();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        shared = true;
        make();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!shared) make();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!shared) close();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        opened.forEach(database -> await(database.close()));
        opened.clear();
        first = Optional.empty();
        name.ifPresent(dropped -> administer("DROP DATABASE " + dropped + " WITH (FORCE)"));
        name = Optional.empty();
    }

    private void make() {
        String made = "test_" + NAMES.incrementAndGet();
        administer("CREATE DATABASE " + made + " TEMPLATE " + (migrated ? TestServer.template() : "template0"));
        name = Optional.of(made);
    }

    /** Runs a statement as the administrator of the whole server. */
    public static void administer(String sql) {
        on(TestServer.options(), sql);
    }

    /** Runs a statement on a connection of its own. */
    public static void on(PgConnectOptions options, String sql) {
        await(PgConnection.connect(TestServer.vertx(), options)
                .compose(connection -> connection.query(sql).execute().eventually(connection::close)));
    }
}
