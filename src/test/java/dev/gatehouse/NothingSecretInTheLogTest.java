package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import dev.gatehouse.RawCaller.Answer;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Everything that the gate writes while people do what people do, searched for every secret that passed through it. */
final class NothingSecretInTheLogTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Logger OURS = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("dev.gatehouse");

    private static final ByteArrayOutputStream DIAGNOSTICS = new ByteArrayOutputStream();
    private static final OutputStreamAppender<ILoggingEvent> APPENDER = new OutputStreamAppender<>();

    private static Gate gate;

    /** What was sent so far, and what of it nobody may read again. */
    private final Set<String> secrets = new LinkedHashSet<>();

    private final List<String> requestIds = new ArrayList<>();
    private int made;

    @BeforeAll
    static void open() {
        listen();
        gate = Gate.open(
                DATABASE,
                """
                apis:
                  demo:
                    path: /shop
                    upstream: eventbus:nobody
                    routes:
                      GET /open: public
                      GET /mine: login
                      GET /read: scope data:read and role staff
                scopes:
                  data:read: Read data
                cors: [https://app.example]
                """);
    }

    @AfterAll
    static void close() {
        gate.close();
        OURS.detachAppender(APPENDER);
        OURS.setLevel(null);
        APPENDER.stop();
    }

    @Test
    @DisplayName(
            "ED13 one line per request, each one JSON object; no token, password, cookie or control character in anything the gate writes")
    void nothing_secret_is_written() {
        people();
        tokensInOddPlaces();
        brokenBodies();
        brokenHeads();
        await().untilAsserted(() -> assertThat(gate.log().lines()).hasSize(requestIds.size()));
        var logged = new ArrayList<String>();
        for (String line : gate.log().split("\n", -1))
            if (!line.isEmpty()) logged.add(checked(line).getString("req"));
        assertThat(logged).as("one line per request").containsExactlyInAnyOrderElementsOf(requestIds);
        assertThat(new HashSet<>(logged)).hasSize(logged.size());
        String everything = gate.log() + DIAGNOSTICS.toString(StandardCharsets.UTF_8);
        for (String secret : secrets) assertThat(everything).doesNotContain(secret);
        assertThat(secrets).hasSizeGreaterThan(30);
        assertThat(gate.log().chars()).as("control characters").allMatch(c -> c == '\n' || c >= 0x20 && c != 0x7f);
        assertThat(gate.log()).doesNotContain("forged-line");
    }

    private static JsonObject checked(String line) {
        var told = new JsonObject(line);
        assertThat(told.getString("event")).isEqualTo("request");
        assertThat(told.fieldNames()).contains("ts", "req", "method", "status", "verdict", "ip", "bytes", "gate_ms");
        return told;
    }

    private void people() {
        String password = secret("correct-horse");
        said(gate.post("/register", new JsonObject().put("username", "ada").put("password", password)));
        said(gate.post("/register", new JsonObject().put("username", "ada").put("password", secret("other-horse"))));
        said(gate.post(
                "/register",
                new JsonObject().put("username", secret("no name at all ")).put("password", password)));
        said(gate.post(
                "/register",
                new JsonObject().put("username", "bob").put("password", "ada").put("email", secret("no-address"))));
        said(gate.post("/login", new JsonObject().put("username", "ada").put("password", secret("wrong-horse"))));
        said(gate.post(
                "/login",
                new JsonObject()
                        .put("username", secret("typed-in-the-wrong-field"))
                        .put("password", "ada")));
        JsonObject tokens = tokens(
                gate.post("/login", new JsonObject().put("username", "ada").put("password", password)));
        JsonObject next = tokens(gate.refresh(tokens.getString("refresh_token")));
        JsonObject last = tokens(gate.refresh(next.getString("refresh_token")));
        said(gate.getAs(last.getString("access_token"), "/shop/mine"));
        said(gate.getAs(last.getString("access_token"), "/shop/read"));
        said(gate.refresh(tokens.getString("refresh_token")));
        said(gate.getAs(last.getString("access_token"), "/shop/mine"));
        said(gate.refresh(secret("never-issued")));
        JsonObject again = tokens(
                gate.post("/login", new JsonObject().put("username", "ada").put("password", password)));
        said(gate.post("/logout", new JsonObject(), "Authorization", "Bearer " + again.getString("access_token")));
        said(gate.post("/logout", new JsonObject(), "Authorization", "Bearer " + again.getString("access_token")));
    }

    private void tokensInOddPlaces() {
        String token = tokens(gate.post(
                        "/login",
                        new JsonObject().put("username", "ada").put("password", "x".repeat(300) + secret("too-long"))))
                .getString("access_token");
        assertThat(token).isNull();
        said(gate.get("/shop/open?access_token=" + secret("in-the-query")));
        said(gate.get("/shop/none?code=" + secret("a-code") + "&state=" + secret("a-state")));
        said(gate.get("/login?password=" + secret("in-the-address")));
        said(gate.get("/shop/mine", "Authorization", "Bearer " + secret("not-a-token")));
        said(gate.get("/shop/mine", "Authorization", "Bearer e30." + secret("payload") + ".AAAA"));
        said(gate.get("/shop/mine", "Authorization", secret("no-scheme")));
        said(gate.get("/shop/mine", "Authorization", "Basic " + basic("ada:" + secret("basic-horse"))));
        said(gate.get("/shop/open", "Authorization", "Bearer " + secret("at-a-public-door")));
        said(gate.get("/shop/open", "Cookie", "gh=" + secret("session") + "; other=" + secret("other")));
        said(gate.get(
                "/shop/open",
                "X-Api-Key",
                secret("key"),
                "User-Agent",
                secret("agent"),
                "Referer",
                "https://x.example/?t=" + secret("referer")));
        said(gate.get("/shop/open", "X-Request-Id", secret("request-id"), "traceparent", secret("trace")));
        said(gate.get(
                "/shop/open",
                "X-Forwarded-For",
                secret("forwarded"),
                "Origin",
                "https://" + secret("origin") + ".example"));
        said(gate.postForm(
                "/oauth/token",
                "grant_type=refresh_token&client_id=nobody&client_secret=" + secret("client") + "&refresh_token="
                        + secret("r")));
        said(gate.postForm("/oauth/token", "grant_type=" + secret("grant") + "&password=" + secret("p")));
        said(gate.postForm(
                "/oauth/token",
                "grant_type=refresh_token&refresh_token=" + secret("basic-refresh"),
                "Authorization",
                "Basic " + basic("nobody:" + secret("s"))));
    }

    private void brokenBodies() {
        said(raw("/login", "{\"username\":\"ada\",\"password\":\"" + secret("cut-short")));
        said(raw("/login", "{\"password\":\"" + secret("one") + "\",\"password\":\"" + secret("two") + "\"}"));
        said(raw("/login", "{\"username\":[\"" + secret("listed") + "\"],\"password\":7}"));
        said(raw("/register", "password=" + secret("form-as-json") + "&username=ada"));
        said(raw("/register", "\"" + secret("only-a-text") + "\""));
    }

    private void brokenHeads() {
        sent("GET /shop/none%0d%0aforged-line HTTP/1.1\r\nHost: x\r\n\r\n");
        sent("GET /shop/open HTTP/1.1\r\nHost: x\r\nX-Odd: a\u0001" + secret("control") + "\r\n\r\n");
        sent("GET /shop/open HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + secret("nul") + "\0\r\n\r\n");
        sent("GET /shop/open HTTP/1.1\r\nHost: x\r\nAuthorization : Bearer " + secret("space-before-colon")
                + "\r\n\r\n");
        sent("GET /shop/open HTTP/1.1\r\nHost: x\r\nCookie: gh=" + secret("bare-cr") + "\rforged-line: 1\r\n\r\n");
        sent("GET /shop/\u001b[31m" + secret("escape") + " HTTP/1.1\r\nHost: x\r\n\r\n");
        sent("GET /shop/open?t=" + secret("q") + " HTTP/9.9\r\nHost: x\r\n\r\n");
        sent("GET http://x/shop/open?t=" + secret("absolute") + " HTTP/1.1\r\nHost: y\r\n\r\n");
        sent("GET http://ada:" + secret("userinfo") + "@x/shop/open HTTP/1.1\r\nHost: x\r\n\r\n");
        sent("GET /shop/open HTTP/1.1\r\nHost: x\r\nHost: " + secret("host") + "\r\n\r\n");
        sent("GET /shop/open HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: " + secret("coding")
                + "\r\n\r\n");
        sent("GET /shop/open?" + "a".repeat(9000) + secret("long") + " HTTP/1.1\r\nHost: x\r\n\r\n");
        sent("GET /shop/open HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + secret("huge") + "a".repeat(17_000)
                + "\r\n\r\n");
        sent("GET /shop/mine HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + secret("huge") + "a".repeat(17_000)
                + "\r\n\r\n");
        sent("GET /shop/open HTTP/1.1\r\nHost: x\r\nCookie: gh=" + secret("huge-cookie") + "a".repeat(40_000)
                + "\r\n\r\n");
    }

    private void sent(String octets) {
        try (var caller = new RawCaller(gate.port())) {
            Answer answer = caller.send(octets);
            requestIds.add(answer.field("X-Request-Id").orElseThrow());
        }
    }

    private HttpResponse<String> raw(String path, String body) {
        return gate.ask("POST", path, BodyPublishers.ofString(body), "Content-Type", "application/json");
    }

    private HttpResponse<String> said(HttpResponse<String> answer) {
        requestIds.add(answer.headers().firstValue("X-Request-Id").orElseThrow());
        return answer;
    }

    /** What was given is as secret as what was sent: whole, and each part of a token. */
    private JsonObject tokens(HttpResponse<String> answer) {
        var body = new JsonObject(said(answer).body());
        if (body.containsKey("access_token")) {
            secrets.add(body.getString("refresh_token"));
            secrets.addAll(List.of(body.getString("access_token").split("\\.")).subList(1, 3));
        }
        return body;
    }

    private String secret(String about) {
        String secret = about.replace(" ", "-") + "-Zx" + (++made) + "Q" + Long.toString(System.nanoTime(), 36);
        secrets.add(secret);
        return secret;
    }

    private String basic(String pair) {
        String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        secrets.add(encoded);
        return encoded;
    }

    /** All that our own code has to say, down to the finest. */
    private static void listen() {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(OURS.getLoggerContext());
        encoder.setPattern("%level %logger %msg %kvp %mdc%n%ex{full}");
        encoder.start();
        APPENDER.setContext(OURS.getLoggerContext());
        APPENDER.setEncoder(encoder);
        APPENDER.setOutputStream(DIAGNOSTICS);
        APPENDER.start();
        OURS.setLevel(Level.TRACE);
        OURS.addAppender(APPENDER);
    }
}
