package dev.gatehouse;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gatehouse.bus.Answer;
import dev.gatehouse.bus.Caller;
import dev.gatehouse.bus.TokenService;
import dev.gatehouse.oauth.TestProofs;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.BadTokens.BadToken;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.vocabulary.Sha256;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Verticles of other people ask the house about tokens, and hear what the edge would say. */
final class TokensOverTheBusTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final AtomicInteger NAMES = new AtomicInteger();

    private static EchoApi api;
    private static Gate gate;
    private static BackRoom backRoom;
    private static TokenService tokens;

    @BeforeAll
    static void open() {
        api = new EchoApi();
        gate = Gate.open(
                DATABASE,
                """
                scopes: {"orders:read": See your orders, "orders:write": Place orders for you}
                policies: {helpers: role support or ip 10.0.0.0/8}
                clients:
                  jobs: {type: service, secret: jobs-secret-that-is-long, scopes: [orders:read]}
                apis:
                  orders:
                    path: /orders
                    upstream: %1$s
                    routes:
                      GET /**: login or service
                      GET /open: public
                      GET /maybe: {allow: login, optional: true}
                      POST /: scope orders:write
                      POST /archive: scope orders:write and role clerk
                      PUT /{id}: claim preferred_username = {id}
                      GET /shut: deny
                      GET /inside: ip 10.0.0.0/8
                      GET /fresh: mfa within 5m
                      GET /jobs: service
                  partner:
                    path: /partner
                    upstream: %1$s
                    audience: https://partner.example
                    routes: {GET /: login or service}
                  pages:
                    path: /pages
                    upstream: %1$s
                    auth: session
                    routes: {GET /: login}
                """
                        .formatted(api.origin()));
        backRoom = BackRoom.behind(gate, DATABASE);
        tokens = TokenService.on(gate.vertx());
    }

    @AfterAll
    static void close() {
        backRoom.close();
        gate.close();
        api.close();
    }

    /** A verticle of somebody else, on an event loop of its own. */
    private static final class Shop extends VerticleBase {
        @Override
        public Future<?> start() {
            var identity = TokenService.on(vertx).forApi("orders");
            vertx.eventBus().<String>localConsumer("shop.greet", message -> identity.verify(message.body())
                    .map(answer -> answer.isYes()
                            ? "Hello, " + answer.caller().username().orElse("you") + "."
                            : ((Answer.No) answer).detail())
                    .onSuccess(message::reply));
            return Future.succeededFuture();
        }
    }

    @Test
    void somebody_elses_verticle_learns_who_is_calling() {
        String deployed = await(gate.vertx().deployVerticle(new Shop()));
        String name = person();
        String token = gate.token(name);
        assertThat(greeted(token)).isEqualTo("Hello, " + name + ".");
        backRoom.revoke(new Revocation.OfToken(
                claims(token).getString("jti"), Instant.now().plusSeconds(900)));
        Within.asserted(Duration.ofSeconds(1), () -> assertThat(greeted(token)).isEqualTo("the token was revoked"));
        await(gate.vertx().undeploy(deployed));
    }

    private static String greeted(String token) {
        return await(gate.vertx().eventBus().<String>request("shop.greet", token))
                .body();
    }

    @Test
    void a_yes_says_everything_that_the_token_does() {
        String name = person();
        String token = gate.token(name);
        JsonObject said = claims(token);
        Caller caller = await(tokens.verify(token)).caller();
        assertThat(caller.subject()).isEqualTo(said.getString("sub"));
        assertThat(caller.issuer()).isEqualTo(gate.url());
        assertThat(caller.person()).isTrue();
        assertThat(caller.username()).contains(name);
        assertThat(caller.client()).contains("gatehouse");
        assertThat(caller.session()).contains(said.getString("sid"));
        assertThat(caller.id()).contains(said.getString("jti"));
        assertThat(caller.audience()).containsExactly(gate.url());
        assertThat(caller.scopes()).contains("orders:read", "orders:write");
        assertThat(caller.issuedAt().getEpochSecond()).isEqualTo(said.getLong("iat"));
        assertThat(caller.expiresAt().getEpochSecond()).isEqualTo(said.getLong("exp"));
        Caller job = await(tokens.verify(service())).caller();
        assertThat(job.person()).isFalse();
        assertThat(job.subject()).isEqualTo("jobs");
    }

    // ── the same verdict ─────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName(
            "EB04 every token has the same verdict, status and subject on the bus and at the edge, cold and warm, whoever is asked first")
    void the_same_verdict() {
        Map<String, String> corpus = corpus();
        assertThat(corpus).hasSizeGreaterThan(80);
        boolean edgeFirst = false;
        for (var one : corpus.entrySet()) {
            edgeFirst = !edgeFirst;
            if (edgeFirst) gate.getAs(one.getValue(), "/orders/1");
            for (String when : List.of("cold", "warm")) assertSame(one.getKey() + ", " + when, one.getValue());
        }
    }

    private static void assertSame(String what, String token) {
        JsonObject bus = asked(
                new JsonObject().put("action", "verify").put("token", token).put("api", "orders"));
        JsonObject may = asked(new JsonObject()
                .put("action", "authorize")
                .put("token", token)
                .put("method", "GET")
                .put("path", "/orders/1"));
        HttpResponse<String> edge = gate.getAs(token, "/orders/1");
        assertThat(bus.getInteger("status")).as(what).isEqualTo(edge.statusCode());
        assertThat(may.getInteger("status")).as(what).isEqualTo(edge.statusCode());
        if (edge.statusCode() == 200) {
            String subject = edge.body()
                    .lines()
                    .filter(line -> line.toLowerCase().startsWith("x-gatehouse-subject: "))
                    .findFirst()
                    .orElseThrow()
                    .substring(21);
            assertThat(bus.getString("subject")).as(what).isEqualTo(subject);
            assertThat(may.getJsonObject("caller").getString("subject"))
                    .as(what)
                    .isEqualTo(subject);
        } else {
            String reason = new JsonObject(edge.body()).getString("reason");
            assertThat(bus.getString("reason")).as(what).isEqualTo(reason);
            assertThat(may.getString("reason")).as(what).isEqualTo(reason);
            assertThat(bus.getBoolean("active")).as(what).isFalse();
            assertThat(may.getBoolean("allowed")).as(what).isFalse();
        }
    }

    private static Map<String, String> corpus() {
        var corpus = new LinkedHashMap<String, String>();
        corpus.put("of a person", gate.token(person()));
        corpus.put("of a service", service());
        corpus.put("good", backRoom.badTokens().good());
        for (BadToken bad : backRoom.badTokens().all())
            if (bad.token().chars().allMatch(c -> c > 0x20 && c < 0x7f)) corpus.put(bad.name(), bad.token());
        String revoked = gate.token(person());
        backRoom.revoke(new Revocation.OfToken(
                claims(revoked).getString("jti"), Instant.now().plusSeconds(900)));
        Within.asserted(
                Duration.ofSeconds(1),
                () -> assertThat(gate.getAs(revoked, "/orders/1").statusCode()).isEqualTo(401));
        corpus.put("revoked", revoked);
        corpus.put("bound to a key", bound(new TestProofs()));
        corpus.put("for another API", partners());
        corpus.put("garbage", "garbage");
        corpus.put("too long", "a".repeat(16 * 1024 + 1));
        return corpus;
    }

    @Test
    @DisplayName("EB04 a token that is bound to a key holds with a proof, made for that request, once")
    void proofs() {
        var key = new TestProofs();
        String token = bound(key);
        String url = gate.url() + "/orders/1";
        String proof = proof(key, token, url);
        var question = new JsonObject()
                .put("action", "authorize")
                .put("token", token)
                .put("method", "GET")
                .put("path", "/orders/1")
                .put("proof", proof)
                .put("url", url);
        assertThat(asked(question).getBoolean("allowed")).isTrue();
        assertThat(asked(question).getString("detail")).isEqualTo("the proof was used before (jti)");
        assertThat(asked(question.copy().put("proof", proof(key, token, url + "0")))
                        .getBoolean("allowed"))
                .isFalse();
        assertThat(asked(question.copy().put("proof", proof(new TestProofs(), token, url)))
                        .getBoolean("allowed"))
                .isFalse();
        assertThat(gate.get("/orders/1", "Authorization", "DPoP " + token, "DPoP", proof)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_token_is_judged_for_the_api_or_the_audience_that_was_named() {
        String token = partners();
        assertThat(await(tokens.forApi("partner").verify(token)).isYes()).isTrue();
        assertThat(await(tokens.forApi("orders").verify(token)).isYes()).isFalse();
        assertThat(await(tokens.verify(token)).isYes()).isFalse();
        var question = new JsonObject().put("action", "verify").put("token", token);
        assertThat(asked(question.copy().put("audience", "https://partner.example"))
                        .getBoolean("active"))
                .isTrue();
        assertThat(asked(question.copy().put("audience", "https://else.example"))
                        .getBoolean("active"))
                .isFalse();
    }

    // ── may they ─────────────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName("EB04 authorize says of every route what the edge says, to callers with and without a token")
    void the_same_decision() {
        String name = person();
        String token = gate.token(name);
        String job = service();
        for (String line : List.of(
                "GET /orders",
                "GET /orders/open",
                "GET /orders/maybe",
                "POST /orders",
                "POST /orders/archive",
                "PUT /orders/" + name,
                "PUT /orders/somebody",
                "GET /orders/shut",
                "GET /orders/fresh",
                "GET /orders/jobs",
                "PATCH /orders/1",
                "GET /orders/%2e%2e/x",
                "GET /orders/a%2fb",
                "GET /nowhere",
                "GET /partner",
                "GET /pages")) {
            for (String each : Stream.of("", token, job, "garbage").toList()) {
                String method = line.substring(0, line.indexOf(' '));
                String path = line.substring(line.indexOf(' ') + 1);
                var question = new JsonObject()
                        .put("action", "authorize")
                        .put("method", method)
                        .put("path", path);
                if (!each.isEmpty()) question.put("token", each);
                String what = line + " "
                        + (each.isEmpty() ? "nobody" : each.equals(token) ? name : each.equals(job) ? "jobs" : each);
                JsonObject bus = asked(question);
                RawCaller.Answer edge = edge(method, path, each);
                assertThat(bus.getInteger("status")).as(what).isEqualTo(edge.status());
                if (edge.status() != 200)
                    assertThat(bus.getString("reason"))
                            .as(what)
                            .isEqualTo(new JsonObject(edge.body()).getString("reason"));
                edge.field("WWW-Authenticate")
                        .filter(field -> field.contains("scope="))
                        .ifPresent(field -> assertThat(field).contains("scope=\"" + bus.getString("scope") + "\""));
            }
        }
    }

    /** As it stands there: clients in Java write some addresses anew. */
    private static RawCaller.Answer edge(String method, String path, String token) {
        String line = method + " " + path + " HTTP/1.1";
        try (var caller = new RawCaller(gate.port())) {
            return token.isEmpty() ? caller.ask(line, "A: b") : caller.ask(line, "Authorization: Bearer " + token);
        }
    }

    @Test
    void the_houses_own_addresses_are_no_routes() {
        var answer = (Answer.No) await(tokens.authorize(gate.token(person()), "GET", "/login"));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.reason()).isEqualTo("no_route");
    }

    @Test
    void a_permission_is_a_rule_in_the_words_of_the_file() {
        String token = gate.token(person());
        assertThat(await(tokens.authorize(token, "scope orders:read and not role clerk"))
                        .isYes())
                .isTrue();
        var no = (Answer.No) await(tokens.authorize(token, "role clerk"));
        assertThat(no.status()).isEqualTo(403);
        assertThat(no.reason()).isEqualTo("role_missing");
        var bad = (Answer.No) await(tokens.authorize("garbage", "login"));
        assertThat(bad.status()).isEqualTo(401);
        assertThat(bad.reason()).isEqualTo("invalid_token");
        var inside =
                new JsonObject().put("action", "authorize").put("token", token).put("permission", "policy helpers");
        assertThat(asked(inside.copy().put("address", "10.1.2.3")).getBoolean("allowed"))
                .isTrue();
        assertThat(asked(inside.copy().put("address", "192.0.2.1")).getBoolean("allowed"))
                .isFalse();
        assertFails(inside, 400, "the rule asks where the caller is; say it in address");
        assertFails(inside.copy().put("address", "localhost"), 400, "address is not an IP address");
        assertFails(inside.copy().put("permission", "scope"), 400, null);
        assertFails(inside.copy().put("permission", "policy nobody-knows"), 400, null);
        assertFails(inside.copy().put("permission", "claim tenant = {tenant}"), 400, null);
        assertFails(inside.copy().put("permission", "(".repeat(40) + "login"), 400, null);
        assertFails(inside.copy().put("permission", "login or ".repeat(1_000) + "login"), 400, null);
        assertFails(
                new JsonObject().put("action", "authorize").put("method", "GET").put("path", "/orders/inside"),
                400,
                "the rule asks where the caller is; say it in address");
    }

    // ── services ─────────────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName(
            "EB02 what is more than a verdict is refused to whoever does not prove which service they are, and nothing has changed")
    void no_proof() {
        String token = gate.token(person());
        for (String action : List.of("introspect", "mint", "exchange", "revoke")) {
            var question = new JsonObject().put("action", action).put("token", token);
            assertFails(question, 401, "this needs the token of a service in the header auth-token");
            for (String wrong :
                    List.of("", "garbage", backRoom.badTokens().all().get(0).token(), "a".repeat(1 << 20)))
                assertFails(question, wrong, 401);
            assertFails(question, token, 401);
            assertFails(question, bound(new TestProofs()), 401);
        }
        assertThat(gate.getAs(token, "/orders").statusCode()).isEqualTo(200);
    }

    @Test
    void a_service_introspects_as_over_http() {
        var jobs = tokens.as(TokensOverTheBusTest::service);
        String token = gate.token(person());
        JsonObject http = new JsonObject(gate.postForm("/oauth/introspect", "token=" + token, "Authorization", basic())
                .body());
        JsonObject bus = await(jobs.introspect(token));
        assertThat(bus.remove("version")).isEqualTo(1);
        assertThat(bus).isEqualTo(http);
        assertThat(http.getBoolean("active")).isTrue();
        assertThat(await(jobs.introspect("garbage")).getBoolean("active")).isFalse();
    }

    @Test
    void a_service_mints_in_its_own_name_for_an_audience_that_there_is_and_ends_what_it_minted() {
        var jobs = tokens.as(TokensOverTheBusTest::service);
        var minted = await(jobs.mint(List.of("https://partner.example")));
        assertThat(gate.getAs(minted.token(), "/partner").statusCode()).isEqualTo(200);
        assertThat(minted.scope()).isEqualTo("orders:read");
        assertThat(minted.lifetime()).hasSeconds(600);
        assertThat(await(tokens.forApi("partner").verify(minted.token()))
                        .caller()
                        .subject())
                .isEqualTo("jobs");
        await(jobs.revoke(minted.token()));
        assertThat(gate.getAs(minted.token(), "/partner").statusCode()).isEqualTo(401);
        assertThat(await(tokens.forApi("partner").verify(minted.token())).isYes())
                .isFalse();
        var mint = new JsonObject().put("action", "mint");
        assertRefused(mint.copy().put("audience", "https://else.example"), 400, "invalid_target: ");
        assertRefused(mint.copy().put("scope", "orders:write"), 400, "invalid_scope: ");
        assertRefused(mint.copy().put("subject", "alice"), 403, "a service mints in its own name");
        assertThat(column("SELECT source FROM audit_event WHERE kind = 'revoked' AND actor = 'jobs'"))
                .containsExactly("bus");
    }

    @Test
    void somebody_elses_token_is_not_a_services_to_end_or_to_exchange() {
        var jobs = tokens.as(TokensOverTheBusTest::service);
        String token = gate.token(person());
        await(jobs.revoke(token));
        assertThat(gate.getAs(token, "/orders").statusCode()).isEqualTo(200);
        assertRefused(new JsonObject().put("action", "exchange").put("token", token), 400, "unauthorized_client: ");
    }

    @Test
    void user_information_is_what_the_tokens_scopes_open() {
        String token = gate.token(person());
        JsonObject http = new JsonObject(gate.getAs(token, "/oauth/userinfo").body());
        var failure = catchThrowable(() -> await(tokens.userInfo(token)));
        if (http.containsKey("sub")) {
            assertThat(failure).isNull();
            assertThat(await(tokens.userInfo(token)).getString("sub")).isEqualTo(http.getString("sub"));
        } else {
            assertThat(failure).hasMessageStartingWith("insufficient_scope: ");
        }
        assertThat(catchThrowable(() -> await(tokens.userInfo("garbage")))).hasMessageStartingWith("invalid_token: ");
    }

    // ── hostile messages ─────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName("EB01 wrong types, missing fields and 10 MiB fail with a code")
    void what_cannot_be_understood_fails_with_a_code() {
        String tenMegabytes = "x".repeat(10 << 20);
        for (Object body :
                new Object[] {"text", null, Buffer.buffer("{}"), 7, new JsonArray(), true, 1.5, tenMegabytes})
            assertFails(body, 400, "the body is not a JSON object");
        assertFails(Buffer.buffer(tenMegabytes), 400, "the body is not a JSON object");
        assertFails(new JsonObject(), 400, "action is missing");
        assertFails(new JsonObject().put("action", 1), 400, "action is not a text");
        assertFails(
                new JsonObject().put("action", "VERIFY"),
                400,
                "the action is not one of: verify, authorize, introspect, userinfo, mint, exchange, revoke");
        assertFails(new JsonObject().put("action", tenMegabytes), 413, "action is longer than 65536 characters");
        var verify = new JsonObject().put("action", "verify");
        assertFails(verify, 400, "token is missing");
        assertFails(verify.copy().putNull("token"), 400, "token is missing");
        for (Object wrong : List.of(1, true, new JsonObject(), new JsonArray()))
            assertFails(verify.copy().put("token", wrong), 400, "token is not a text");
        assertFails(verify.copy().put("token", tenMegabytes), 413, "token is longer than 65536 characters");
        verify.put("token", "x");
        assertThat(asked(verify.copy().put("token", "x".repeat(65_536))).getBoolean("active"))
                .isFalse();
        assertFails(verify.copy().put("token", "x".repeat(65_537)), 413, "token is longer than 65536 characters");
        assertFails(verify.copy().put("version", 2), 400, "version is not 1");
        assertFails(verify.copy().put("version", "1"), 400, "version is not 1");
        assertFails(verify.copy().put("api", "nothing"), 404, "there is no API of that name");
        assertFails(verify.copy().put("api", "orders").put("audience", "x"), 400, "give api or audience, not both");
        assertFails(verify.copy().put("proof", "x"), 400, "method is missing");
        var authorize = new JsonObject().put("action", "authorize");
        assertFails(authorize, 400, "give a method and a path, or a permission");
        assertFails(
                authorize.copy().put("path", "/x").put("permission", "login"),
                400,
                "give a method and a path, or a permission");
        assertFails(authorize.copy().put("path", "/x"), 400, "method is missing");
        authorize.put("method", "GET");
        assertFails(authorize.copy().put("path", "http://x/"), 400, "path does not begin with /");
        assertFails(authorize.copy().put("path", "/x").put("headers", "x"), 400, "headers is not an object of texts");
        assertFails(
                authorize.copy().put("path", "/x").put("headers", new JsonObject().put("a", 1)),
                400,
                "headers is not a text");
        var many = new JsonObject();
        for (int i = 0; i < 64; i++) many.put("h" + i, "x");
        assertThat(asked(authorize.copy().put("path", "/orders/open").put("headers", many))
                        .getBoolean("allowed"))
                .isTrue();
        assertFails(
                authorize.copy().put("path", "/x").put("headers", many.copy().put("h64", "x")),
                413,
                "headers has more than 64 members");
        assertThat(asked(authorize.copy().put("path", "/" + "x".repeat(9_000))).getInteger("status"))
                .isEqualTo(414);
        assertThat(asked(authorize.copy().put("path", "/\u0000")).getInteger("status"))
                .isEqualTo(400);
        assertThat(asked(authorize.copy().put("path", "/orders").put("method", "CONNECT"))
                        .getInteger("status"))
                .isEqualTo(400);
        var items = new JsonArray();
        for (int i = 0; i <= 64; i++) items.add("x");
        assertFails(
                new JsonObject().put("action", "mint").put("audience", items), 413, "audience has more than 64 items");
        assertThat(asked(verify).getBoolean("active")).isFalse();
    }

    // ── how it is asked ──────────────────────────────────────────────────────────────────────────────────────────

    private static JsonObject asked(JsonObject question) {
        return await(gate.vertx().eventBus().<JsonObject>request("gatehouse.tokens", question))
                .body();
    }

    private static void assertFails(Object question, int code, String message) {
        assertFails(question, new DeliveryOptions(), code, message);
    }

    private static void assertFails(JsonObject question, String authToken, int code) {
        assertFails(question, new DeliveryOptions().addHeader("auth-token", authToken), code, null);
    }

    private static void assertFails(Object question, DeliveryOptions options, int code, String message) {
        var thrown =
                catchThrowable(() -> await(gate.vertx().eventBus().request("gatehouse.tokens", question, options)));
        assertThat(thrown).isInstanceOfSatisfying(ReplyException.class, failure -> {
            assertThat(failure.failureCode()).as(failure.getMessage()).isEqualTo(code);
            if (message != null) assertThat(failure.getMessage()).isEqualTo(message);
        });
    }

    private static void assertRefused(JsonObject question, int code, String begin) {
        var options = new DeliveryOptions().addHeader("auth-token", service());
        var thrown =
                catchThrowable(() -> await(gate.vertx().eventBus().request("gatehouse.tokens", question, options)));
        assertThat(thrown).isInstanceOfSatisfying(ReplyException.class, failure -> {
            assertThat(failure.failureCode()).isEqualTo(code);
            assertThat(failure.getMessage()).startsWith(begin);
        });
    }

    private static List<String> column(String sql) {
        return backRoom.sql(sql).stream().map(row -> row.getString(0)).toList();
    }

    private static String person() {
        String name = "person-" + NAMES.incrementAndGet();
        gate.register(name);
        return name;
    }

    private static String service() {
        return minted("");
    }

    private static String partners() {
        return minted("&resource=https%3A%2F%2Fpartner.example");
    }

    private static String minted(String more) {
        var answer = gate.postForm("/oauth/token", "grant_type=client_credentials" + more, "Authorization", basic());
        return new JsonObject(answer.body()).getString("access_token");
    }

    private static String basic() {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString("jobs:jobs-secret-that-is-long".getBytes(StandardCharsets.US_ASCII));
    }

    private static String bound(TestProofs key) {
        return backRoom.bound(key.thumbprint()).token();
    }

    private static String proof(TestProofs key, String token, String url) {
        return key.sign(new JsonObject()
                .put("jti", UUID.randomUUID().toString())
                .put("htm", "GET")
                .put("htu", url)
                .put("iat", Instant.now().getEpochSecond())
                .put(
                        "ath",
                        Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(Sha256.of(token.getBytes(StandardCharsets.US_ASCII)))));
    }

    private static JsonObject claims(String token) {
        return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(token.split("\\.")[1])));
    }
}
