package dev.gatehouse;

import dev.gatehouse.cli.Starter.Opening;
import dev.gatehouse.cli.Terminal;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.ConfigFile.Mode;
import dev.gatehouse.config.Overrides;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A whole house in this JVM, wired as {@code run} wires it, on any free port over a real database; asked over real sockets. */
public final class Gate implements AutoCloseable {
    /** The same for every node of these tests. */
    public static final String MASTER_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    public static final String PASSWORD = "two lanterns and a brass key";

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .version(HttpClient.Version.HTTP_1_1)
            .build();

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
        try {
            Path folder = Files.createTempDirectory("gate");
            Path file = folder.resolve("gatehouse.yaml");
            Files.writeString(file, yaml);
            var overrides = new Overrides(
                    Optional.of("127.0.0.1:0"),
                    Optional.of("127.0.0.1:0"),
                    Optional.empty(),
                    Optional.of(folder.resolve("data").toString()),
                    Optional.of(databaseUrl));
            var environment = Map.of("MASTER_KEY", MASTER_KEY);
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

    /** As {@code DATABASE_URL} would say it, through the server's socket. */
    public static String postgresUrl(PgConnectOptions options) {
        return "postgres://" + encoded(options.getUser()) + ":" + encoded(options.getPassword()) + "@localhost/"
                + options.getDatabase() + "?host=" + encoded(options.getHost());
    }

    /** The issuer, and what browsers see. */
    public String url() {
        return house.url();
    }

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

    public HttpResponse<String> get(String path, String... headers) {
        return ask("GET", path, BodyPublishers.noBody(), headers);
    }

    public HttpResponse<String> getAs(String token, String path) {
        return get(path, "Authorization", "Bearer " + token);
    }

    public HttpResponse<String> post(String path, JsonObject body, String... headers) {
        return ask(
                "POST",
                path,
                BodyPublishers.ofString(body.encode()),
                with(headers, "Content-Type", "application/json"));
    }

    /** {@code form} is already encoded. */
    public HttpResponse<String> postForm(String path, String form, String... headers) {
        return ask(
                "POST",
                path,
                BodyPublishers.ofString(form),
                with(headers, "Content-Type", "application/x-www-form-urlencoded"));
    }

    public HttpResponse<String> ask(String method, String path, BodyPublisher body, String... headers) {
        try {
            return CLIENT.send(request(method, path, body, headers), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    public HttpRequest request(String method, String path, BodyPublisher body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body);
        if (headers.length > 0) request.headers(headers);
        return request.build();
    }

    /** The client behind all of these, for asking in parallel. */
    public static HttpClient client() {
        return CLIENT;
    }

    public void register(String name) {
        var made = post("/register", new JsonObject().put("username", name).put("password", PASSWORD));
        if (made.statusCode() != 201) throw new IllegalStateException(made.statusCode() + " " + made.body());
    }

    /** What a sign-in answers, or an exception with the refusal. */
    public JsonObject login(String name) {
        var answer = post("/login", new JsonObject().put("username", name).put("password", PASSWORD));
        if (answer.statusCode() != 200) throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        return new JsonObject(answer.body());
    }

    public String token(String name) {
        return login(name).getString("access_token");
    }

    public HttpResponse<String> refresh(String refreshToken) {
        return postForm("/oauth/token", "grant_type=refresh_token&refresh_token=" + encoded(refreshToken));
    }

    /** Closes as SIGTERM does. */
    @Override
    public void close() {
        house.close();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String[] with(String[] headers, String name, String value) {
        var more = new String[headers.length + 2];
        System.arraycopy(headers, 0, more, 0, headers.length);
        more[headers.length] = name;
        more[headers.length + 1] = value;
        return more;
    }
}
