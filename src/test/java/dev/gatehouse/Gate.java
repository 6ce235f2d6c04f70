package dev.gatehouse;

import dev.gatehouse.cli.Starter.Opening;
import dev.gatehouse.cli.Terminal;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.ConfigFile.Mode;
import dev.gatehouse.config.Overrides;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A whole house in this JVM, wired as {@code run} wires it, on any free port over a real database; asked over real sockets. */
public final class Gate implements Door, AutoCloseable {
    /** The same for every node of these tests. */
    public static final String MASTER_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    private final Path folder;
    private final Gatehouse house;
    private final ByteArrayOutputStream log;

    private Gate(Path folder, Gatehouse house, ByteArrayOutputStream log) {
        this.folder = folder;
        this.house = house;
        this.log = log;
    }

    /** One node on the test's database; {@code yaml} is what its file says besides listeners and database. */
    public static Gate open(TestDatabase database, String yaml) {
        return open(postgresUrl(database.options()), yaml);
    }

    /** One node on any database. A second one of the same {@code url:} in {@code yaml} is a second node of the same house. */
    public static Gate open(String databaseUrl, String yaml) {
        return open(folder(), databaseUrl, yaml);
    }

    /** A house with an embedded database of its own. */
    public static Gate embedded(Path folder, String yaml) {
        Programs.lendTo(folder.resolve("data"));
        return open(folder, "embedded", yaml);
    }

    /** On any free ports, which win over what {@code yaml} says. */
    static Gate open(Path folder, String databaseUrl, String yaml) {
        return open(
                folder,
                new Overrides(
                        Optional.of("127.0.0.1:0"),
                        Optional.of("127.0.0.1:0"),
                        Optional.empty(),
                        Optional.of(folder.resolve("data").toString()),
                        Optional.of(databaseUrl)),
                Map.of("MASTER_KEY", MASTER_KEY),
                yaml);
    }

    /** With the flags and the environment of one's choice. */
    static Gate open(Path folder, Overrides overrides, Map<String, String> environment, String yaml) {
        try {
            Path file = Files.writeString(folder.resolve("gatehouse.yaml"), yaml);
            var silence = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
            var terminal = new Terminal(new ByteArrayInputStream(new byte[0]), silence, silence, false);
            var read = ConfigFile.read(file, environment, overrides, Mode.RUN);
            var log = new ByteArrayOutputStream();
            return new Gate(
                    folder,
                    Gatehouse.open(new Opening(Mode.RUN, read, overrides, environment, terminal), log, false),
                    log);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("gate");
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** As {@code DATABASE_URL} would say it, through the server's socket. */
    public static String postgresUrl(PgConnectOptions options) {
        return "postgres://" + encoded(options.getUser()) + ":" + encoded(options.getPassword()) + "@localhost/"
                + options.getDatabase() + "?host=" + encoded(options.getHost());
    }

    /** The issuer, and what browsers see. */
    public String url() {
        return house.url();
    }

    @Override
    public int port() {
        return house.port();
    }

    /** Where verticles behind the gate are deployed. */
    public Vertx vertx() {
        return house.vertx();
    }

    /** The file that is watched. */
    public Path file() {
        return folder.resolve("gatehouse.yaml");
    }

    /** What the access log has said so far. */
    public String log() {
        return log.toString(StandardCharsets.UTF_8);
    }

    /** The client behind all questions, for asking in parallel. */
    public static HttpClient client() {
        return CLIENT;
    }

    /** Closes as SIGTERM does. */
    @Override
    public void close() {
        house.close();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
