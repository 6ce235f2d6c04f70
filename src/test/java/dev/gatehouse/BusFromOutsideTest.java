package dev.gatehouse;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gatehouse.store.TestDatabase;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What can be had of the event bus without any credential, from within this JVM and over HTTP. */
final class BusFromOutsideTest {
    private static final String TOKENS = "gatehouse.tokens";

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static Gate gate;
    /** Where messages went, replies apart. */
    private static final Queue<String> ADDRESSES = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void open() {
        gate = Gate.open(
                DATABASE,
                """
                keys: {algorithms: [ES256]}
                apis:
                  reports: {path: /reports, upstream: "eventbus:reports.http", routes: {"ANY /**": public}}
                  mine: {path: /mine, upstream: "eventbus:mine.http", routes: {"ANY /**": login}}
                """);
        bus().addOutboundInterceptor(sent -> {
            if (!sent.message().address().startsWith("__vertx.reply"))
                ADDRESSES.add(sent.message().address());
            sent.next();
        });
        for (String address : List.of("reports.http", "mine.http", "secret.http"))
            bus().localConsumer(address, message -> message.reply(null));
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    private static EventBus bus() {
        return gate.vertx().eventBus();
    }

    /** There is no interface that tells; whoever opens another address is to think of what it lets strangers do. */
    @Test
    @DisplayName("EB02 the house opens one address, to this JVM alone")
    void one_address() throws Exception {
        Class<?> local = Class.forName("io.vertx.core.eventbus.impl.EventBusImpl");
        var field = local.getDeclaredField("handlerMap");
        field.setAccessible(true);
        assertThat(((Map<?, ?>) field.get(bus())).keySet().stream().map(String::valueOf))
                .filteredOn(address -> !address.startsWith("__vertx."))
                .containsExactlyInAnyOrder(TOKENS, "reports.http", "mine.http", "secret.http");
        assertThat(gate.vertx().isClustered()).isFalse();
    }

    @Test
    @DisplayName("EB02 without a credential nothing that changes anything can be had")
    void nothing_but_questions() throws Exception {
        String before = state();
        for (String action : List.of(
                "",
                "VERIFY",
                "verify ",
                "issue",
                "token",
                "refresh",
                "register",
                "rotate",
                "delete",
                "login",
                "logout")) assertThat(code(action)).as(action).isEqualTo(400);
        for (String action : List.of("introspect", "mint", "exchange", "revoke", "userinfo"))
            assertThat(code(action)).as(action).isEqualTo(401);
        JsonObject verdict = await(bus().<JsonObject>request(
                                TOKENS, new JsonObject().put("action", "verify").put("token", "x")))
                .body();
        assertThat(verdict.getBoolean("active")).isFalse();
        assertThat(state()).isEqualTo(before);
    }

    private static int code(String action) {
        var asked = new JsonObject()
                .put("action", action)
                .put("token", "x")
                .put("client_id", "gatehouse")
                .put("grant_type", "client_credentials");
        var failure = catchThrowable(() -> await(bus().request(TOKENS, asked)));
        assertThat(failure).as(action).isInstanceOf(ReplyException.class);
        return ((ReplyException) failure).failureCode();
    }

    private static String state() throws Exception {
        var state = new StringBuilder();
        for (String table : List.of(
                "account",
                "session",
                "refresh_family",
                "revocation",
                "client",
                "client_secret",
                "signing_key",
                "audit_event"))
            state.append(table)
                    .append(await(DATABASE.database().query("SELECT count(*) FROM " + table, Tuple.tuple()))
                            .iterator()
                            .next()
                            .getLong(0))
                    .append(' ');
        return state.toString();
    }

    @Test
    @DisplayName("EB03 no request reaches an address but the one that its route is configured for")
    void no_bridge() {
        ADDRESSES.clear();
        String message = "{\"type\":\"send\",\"address\":\"secret.http\",\"body\":{}}";
        String handshake =
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
        for (String path : List.of(
                "/eventbus",
                "/eventbus/",
                "/eventbus/info",
                "/eventbus/000/abcdefgh/xhr_send",
                "/eventbus/websocket",
                "/secret.http",
                "/gatehouse.tokens",
                "/_gate/eventbus/websocket")) {
            assertThat(status("GET " + path, "A: b", "")).as(path).isEqualTo(404);
            assertThat(status("GET " + path, handshake, "")).as(path).isEqualTo(404);
            assertThat(status("POST " + path, "Content-Type: application/json", message))
                    .as(path)
                    .isEqualTo(404);
        }
        for (String target : List.of("eventbus:secret.http", "eventbus://secret.http/", "secret.http"))
            assertThat(status("POST " + target, "A: b", message)).as(target).isEqualTo(400);
        assertThat(status("GET http://secret.http/reports", "A: b", "")).isEqualTo(400);
        assertThat(ADDRESSES).isEmpty();

        String fields =
                "address: secret.http\r\nreply-address: secret.http\r\nh.address: secret.http\r\nuri: /x\r\nX-Forwarded-Host: secret.http";
        for (String path : List.of("/reports", "/reports/secret.http", "/reports/?address=secret.http")) {
            assertThat(status("GET " + path, fields, "")).as(path).isEqualTo(200);
            assertThat(status("POST " + path, fields, message)).as(path).isEqualTo(200);
        }
        assertThat(status("GET /mine", fields, "")).isEqualTo(401);
        assertThat(ADDRESSES).hasSize(6).containsOnly("reports.http");
    }

    private static int status(String line, String fields, String body) {
        String length = body.isEmpty() ? "" : "\r\nContent-Length: " + body.length();
        try (var caller = new RawCaller(gate.port())) {
            return caller.send(line + " HTTP/1.1\r\nHost: localhost\r\n" + fields + length + "\r\n\r\n" + body)
                    .status();
        }
    }
}
