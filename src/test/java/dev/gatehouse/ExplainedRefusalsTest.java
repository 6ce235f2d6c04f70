package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.RawCaller.Answer;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever the gate refuses, it says so in one form, with a reason of the catalogue that can be looked up at the address that the answer names. */
final class ExplainedRefusalsTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    /** Of the whole catalogue; the rest needs a house in another state: closed, switched off, busy, without its database, going down, broken. */
    private static final Set<Reason> ELSEWHERE = EnumSet.of(
            Reason.REQUEST_TIMEOUT,
            Reason.REGISTRATION_CLOSED,
            Reason.LOGIN_DISABLED,
            Reason.BUSY,
            Reason.DATABASE_UNAVAILABLE,
            Reason.ISSUER_UNAVAILABLE,
            Reason.SHUTTING_DOWN,
            // People meet these on pages, and the tests of the pages and of the authorization endpoint do.
            Reason.WRONG_ADDRESS,
            Reason.FOREIGN_FORM,
            Reason.APP_UNKNOWN,
            Reason.RETURN_ADDRESS_UNKNOWN,
            Reason.SIGN_IN_OVER,
            Reason.SECOND_FACTOR_REQUIRED,
            Reason.PASSKEY_REFUSED,
            Reason.PASSKEY_NAME_INVALID,
            Reason.TOO_MANY_PASSKEYS,
            Reason.PROVIDER_REFUSED,
            Reason.PROVIDER_UNAVAILABLE,
            Reason.IDENTITY_TAKEN,
            Reason.LAST_WAY_IN,
            Reason.LINK_OVER,
            Reason.MAIL_OFF,
            Reason.PASSWORD_BREACHED,
            Reason.LAST_ADMINISTRATOR,
            Reason.EMAIL_UNVERIFIED,
            Reason.EMAIL_NOT_ALLOWED,
            Reason.INVITATION_INVALID,
            Reason.TERMS_REQUIRED,
            // Said in the log alone, of answers that had begun.
            Reason.STREAM_EXPIRED,
            Reason.STREAM_REVOKED,
            Reason.INTERNAL);

    private static ServerSocket babbler;
    private static ServerSocket silent;
    private static Gate gate;
    private static BackRoom backRoom;
    private static RawCaller caller;

    private final Map<Reason, Answer> refusals = new TreeMap<>();

    @BeforeAll
    static void open() throws IOException {
        babbler = babbler();
        silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        int nobody = Ports.free();
        gate = Gate.open(
                DATABASE,
                """
                apis:
                  shop:
                    path: /shop
                    upstream: eventbus:nobody
                    routes:
                      GET /open: public
                      GET /mine: login
                      GET /strong: mfa within 15m
                      GET /scope: scope data:read
                      GET /role: role staff
                      GET /group: group night-shift
                      GET /claim: claim department = sales
                      GET /client: client partner
                      GET /net: ip 10.0.0.0/8
                      GET /never: deny
                      GET /seldom: {allow: public, limit: 1/day per ip}
                  pages:
                    path: /pages
                    upstream: eventbus:nobody
                    auth: session
                    routes:
                      POST /: login
                  gone:
                    path: /gone
                    upstream: http://127.0.0.1:%d
                    routes:
                      GET /: public
                  tired:
                    path: /tired
                    upstream: {targets: ["http://127.0.0.1:%d"], breaker: 100%% of 1 in 10s for 1m}
                    routes:
                      GET /: public
                  babble:
                    path: /babble
                    upstream: http://127.0.0.1:%d
                    routes:
                      GET /: public
                  silent:
                    path: /silent
                    upstream: http://127.0.0.1:%d
                    timeout: 100ms
                    routes:
                      GET /: public
                clients:
                  partner:
                    type: spa
                    redirect: [https://partner.example/callback]
                    scopes: [data:read]
                scopes:
                  data:read: Read data
                accounts:
                  lockout: 3 failures in 15m per account
                cors: [https://app.example]
                """
                        .formatted(nobody, nobody, babbler.getLocalPort(), silent.getLocalPort()));
        backRoom = BackRoom.behind(gate, DATABASE);
        caller = new RawCaller(gate.port());
        gate.register("ada");
    }

    @AfterAll
    static void close() throws IOException {
        caller.close();
        backRoom.close();
        gate.close();
        babbler.close();
        silent.close();
    }

    @Test
    void every_reason_is_told_in_one_form_and_can_be_looked_up() {
        aboutTheRequest();
        aboutTheCaller();
        aboutAccounts();
        aboutWhatIsBehind();
        assertThat(EnumSet.complementOf(EnumSet.copyOf(ELSEWHERE))).containsExactlyElementsOf(refusals.keySet());
        refusals.forEach(ExplainedRefusalsTest::assertExplained);
    }

    @Test
    void reasons_that_need_another_house_can_be_looked_up_too() {
        for (Reason reason : ELSEWHERE) assertLookedUp(reason);
        assertThat(gate.get("/_gate/problems/no_such_reason").statusCode()).isEqualTo(404);
    }

    @Test
    void the_protocol_says_no_in_its_own_words() {
        var answer = gate.postForm("/oauth/token", "grant_type=refresh_token&refresh_token=nonsense");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
        var body = new JsonObject(answer.body());
        assertThat(body.fieldNames()).containsExactlyInAnyOrder("error", "error_description");
        assertThat(gate.get("/_gate/problems/" + body.getString("error")).statusCode())
                .isEqualTo(200);
    }

    private void aboutTheRequest() {
        refused(Reason.BAD_REQUEST, caller.ask("GET /shop/op%zzen HTTP/1.1"));
        refused(Reason.AMBIGUOUS_REQUEST, caller.ask("GET /shop/a%2fb HTTP/1.1"));
        refused(Reason.BAD_JSON, posted("/login", "{\"username\":"));
        refused(Reason.URI_TOO_LONG, caller.ask("GET /shop/open?" + "a".repeat(8200) + " HTTP/1.1"));
        refused(Reason.HEADERS_TOO_LARGE, caller.ask("GET /shop/open HTTP/1.1", "X-Long: " + "a".repeat(33_000)));
        refused(
                Reason.BODY_TOO_LARGE,
                caller.ask("POST /login HTTP/1.1", "Content-Type: application/json", "Content-Length: 65537"));
        refused(
                Reason.UNSUPPORTED_MEDIA_TYPE,
                caller.ask("POST /login HTTP/1.1", "Content-Type: text/plain", "Content-Length: 0"));
        refused(
                Reason.WEBSOCKET_VERSION,
                caller.ask(
                        "GET /gone HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 8"));
        refused(Reason.NO_ROUTE, caller.ask("GET /shop/none HTTP/1.1"));
        refused(Reason.METHOD_NOT_ALLOWED, caller.ask("DELETE /shop/open HTTP/1.1"));
        refused(
                Reason.ORIGIN_NOT_ALLOWED,
                caller.ask(
                        "OPTIONS /shop/open HTTP/1.1",
                        "Origin: https://evil.example",
                        "Access-Control-Request-Method: GET"));
    }

    private void aboutTheCaller() {
        String good = backRoom.minted().token();
        refused(Reason.LOGIN_REQUIRED, caller.ask("GET /shop/mine HTTP/1.1"));
        refused(Reason.INVALID_TOKEN, asked("/shop/mine", "e30.e30.AAAA"));
        refused(
                Reason.STEP_UP_REQUIRED,
                asked(
                        "/shop/strong",
                        backRoom.minted(
                                        Instant.now(),
                                        Map.of(
                                                "mfa_time",
                                                Instant.now().minusSeconds(3600).getEpochSecond()))
                                .token()));
        refused(Reason.SCOPE_MISSING, asked("/shop/scope", good));
        refused(Reason.ROLE_MISSING, asked("/shop/role", good));
        refused(Reason.GROUP_MISSING, asked("/shop/group", good));
        refused(Reason.CLAIM_MISMATCH, asked("/shop/claim", good));
        refused(Reason.CLIENT_NOT_ALLOWED, asked("/shop/client", good));
        refused(Reason.NETWORK_NOT_ALLOWED, asked("/shop/net", good));
        refused(Reason.DENIED, asked("/shop/never", good));
        refused(Reason.CROSS_SITE, caller.ask("POST /pages HTTP/1.1", "Cookie: gh=" + cookie(), "Content-Length: 0"));
        caller.ask("GET /shop/seldom HTTP/1.1");
        assertThat(refused(Reason.RATE_LIMITED, caller.ask("GET /shop/seldom HTTP/1.1"))
                        .field("Retry-After"))
                .isPresent();
        refusals.forEach(
                (reason, answer) -> assertThat(answer.field("WWW-Authenticate").isPresent())
                        .as(reason.code())
                        .isEqualTo(reason.status() == 401 || reason == Reason.SCOPE_MISSING));
    }

    private static String cookie() {
        Browser browser = Browser.at(gate);
        browser.open("/login")
                .form("login")
                .with("username", "ada")
                .with("password", Gate.PASSWORD)
                .submit();
        return browser.cookie("gh").orElseThrow();
    }

    private void aboutAccounts() {
        refused(Reason.USERNAME_TAKEN, registered("ADA", Gate.PASSWORD));
        refused(Reason.USERNAME_INVALID, registered("no such name", Gate.PASSWORD));
        refused(
                Reason.EMAIL_INVALID,
                posted(
                        "/register",
                        new JsonObject()
                                .put("username", "eve")
                                .put("password", Gate.PASSWORD)
                                .put("email", "@")
                                .encode()));
        refused(Reason.PASSWORD_TOO_SHORT, registered("eve", "short"));
        refused(Reason.PASSWORD_TOO_LONG, registered("eve", "long".repeat(100)));
        refused(Reason.PASSWORD_COMMON, registered("eve", "password1"));
        refused(Reason.PASSWORD_IS_NAME, registered("evelina-maria", "evelina-maria"));
        refused(
                Reason.INVALID_SCOPE,
                posted("/login", login("ada").put("scope", "no:such").encode()));
        refused(
                Reason.INVALID_TARGET,
                posted(
                        "/login",
                        login("ada").put("resource", "https://no.such.example").encode()));
        for (int failure = 0; failure < 3; failure++)
            refused(Reason.INVALID_CREDENTIALS, posted("/login", login("nobody").encode()));
        Answer wait = refused(
                Reason.TOO_MANY_ATTEMPTS, posted("/login", login("nobody").encode()));
        assertThat(wait.field("Retry-After")).isPresent();
    }

    private void aboutWhatIsBehind() {
        refused(Reason.UPSTREAM_UNAVAILABLE, caller.ask("GET /shop/open HTTP/1.1"));
        refused(Reason.UPSTREAM_UNREACHABLE, caller.ask("GET /gone HTTP/1.1"));
        refused(Reason.UPSTREAM_UNREACHABLE, caller.ask("GET /tired HTTP/1.1"));
        Answer later = refused(Reason.UPSTREAM_SPARED, caller.ask("GET /tired HTTP/1.1"));
        assertThat(later.field("Retry-After")).isPresent();
        refused(Reason.UPSTREAM_FAILED, caller.ask("GET /babble HTTP/1.1"));
        refused(Reason.UPSTREAM_TIMEOUT, caller.ask("GET /silent HTTP/1.1"));
    }

    private Answer refused(Reason expected, Answer answer) {
        assertThat(new JsonObject(answer.body()).getString("reason"))
                .as(answer.body())
                .isEqualTo(expected.code());
        refusals.put(expected, answer);
        return answer;
    }

    private static void assertExplained(Reason reason, Answer answer) {
        assertThat(answer.status()).as(reason.code()).isEqualTo(reason.status());
        assertThat(answer.field("Content-Type")).as(reason.code()).hasValue("application/problem+json");
        assertThat(answer.field("Cache-Control")).as(reason.code()).hasValue("no-store");
        assertThat(answer.field("X-Content-Type-Options")).as(reason.code()).hasValue("nosniff");
        var problem = new JsonObject(answer.body());
        assertThat(problem.fieldNames())
                .as(reason.code())
                .containsExactlyInAnyOrder("type", "title", "status", "detail", "reason", "request_id", "msg");
        assertThat(problem.getString("type")).isEqualTo(gate.url() + "/_gate/problems/" + reason.code());
        assertThat(problem.getString("title")).isEqualTo(reason.title());
        assertThat(problem.getInteger("status")).isEqualTo(reason.status());
        assertThat(problem.getString("detail")).as(reason.code()).isNotBlank();
        assertThat(answer.field("X-Request-Id")).as(reason.code()).hasValue(problem.getString("request_id"));
        assertLookedUp(reason);
    }

    private static void assertLookedUp(Reason reason) {
        var page = gate.get("/_gate/problems/" + reason.code());
        assertThat(page.statusCode()).as(reason.code()).isEqualTo(200);
        var told = new JsonObject(page.body());
        assertThat(told.getString("reason")).isEqualTo(reason.code());
        assertThat(told.getString("title")).isEqualTo(reason.title());
        assertThat(told.getInteger("status")).isEqualTo(reason.status());
    }

    private static Answer asked(String path, String token) {
        return caller.ask("GET " + path + " HTTP/1.1", "Authorization: Bearer " + token);
    }

    private static Answer registered(String name, String password) {
        return posted(
                "/register",
                new JsonObject().put("username", name).put("password", password).encode());
    }

    private static JsonObject login(String name) {
        return new JsonObject().put("username", name).put("password", Gate.PASSWORD);
    }

    private static Answer posted(String path, String body) {
        return caller.send("POST " + path + " HTTP/1.1\r\nHost: localhost:" + gate.port()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** An upstream that speaks something else. */
    private static ServerSocket babbler() throws IOException {
        var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket caller = server.accept()) {
                    caller.getInputStream().read(new byte[4096]);
                    caller.getOutputStream()
                            .write("220 mail.example ESMTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException closed) {
                    return;
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }
}
