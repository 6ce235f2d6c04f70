package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.Config;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
final class BusUpstreamTest {
    private static final String ADDRESS = "demo.http";

    private TestGate gate;
    private final BlockingQueue<Message<Buffer>> messages = new ArrayBlockingQueue<>(10);

    @BeforeEach
    void open() throws Exception {
        gate = TestGate.plan()
                .route("ANY /**: public", new Config.Upstream.Bus(ADDRESS))
                .route("ANY /in/**: login", new Config.Upstream.Bus(ADDRESS))
                .timeout(Duration.ofMillis(400))
                .route("GET /silent: public", new Config.Upstream.Bus(ADDRESS))
                .open();
    }

    @AfterEach
    void close() throws Exception {
        gate.close();
    }

    private void backend(Handler<Message<Buffer>> handler) {
        gate.vertx.eventBus().<Buffer>localConsumer(ADDRESS, message -> {
            messages.add(message);
            handler.handle(message);
        });
    }

    private Message<Buffer> message() throws InterruptedException {
        Message<Buffer> message = messages.poll(20, TimeUnit.SECONDS);
        if (message == null) throw new AssertionError("no message came");
        return message;
    }

    @Test
    void a_request_is_a_message_and_the_reply_is_the_answer() throws Exception {
        backend(message -> message.reply(
                Buffer.buffer("{\"made\":1}"),
                new DeliveryOptions()
                        .addHeader("status", "201")
                        .addHeader("h.Content-Type", "application/json")
                        .addHeader("h.Link", "</a>")
                        .addHeader("h.Link", "</b>")
                        .addHeader("h.Content-Length", "999")
                        .addHeader("h.Connection", "close")
                        .addHeader("other", "unseen")));

        String answer = gate.call("POST /in/things?x=1 HTTP/1.1\nHost: g\n" + gate.bearer("u_1")
                + "\nAccept: a\nAccept: b\nX-Gatehouse-Subject: root\nContent-Length: 4\n\nbody");

        assertThat(answer)
                .startsWith("HTTP/1.1 201 ")
                .contains("Content-Type: application/json\r\n", "Link: </a>\r\n", "Link: </b>\r\n")
                .containsIgnoringCase("content-length: 10\r\n")
                .containsIgnoringCase("cache-control: private, no-store")
                .doesNotContain("999", "unseen")
                .doesNotContainIgnoringCase("connection:")
                .endsWith("{\"made\":1}");
        Message<Buffer> asked = message();
        assertThat(asked.body()).hasToString("body");
        assertThat(asked.headers().get("method")).isEqualTo("POST");
        assertThat(asked.headers().get("uri")).isEqualTo("/in/things?x=1");
        assertThat(asked.headers().getAll("h.accept")).containsExactly("a", "b");
        assertThat(asked.headers().get("h.authorization")).isNull();
        assertThat(asked.headers().getAll("h.x-gatehouse-subject")).containsExactly("u_1");
        assertThat(new JsonObject(asked.headers().get("identity")))
                .isEqualTo(
                        new JsonObject(
                                "{\"subject\":\"u_1\",\"user\":\"name-of-u_1\",\"client\":\"gatehouse\",\"scopes\":[\"data:read\",\"data:write\"],\"roles\":[\"staff\"]}"));
    }

    @Test
    void a_caller_without_a_token_has_no_identity() throws Exception {
        backend(message -> message.reply(null));

        assertThat(gate.call("GET /a HTTP/1.1\nHost: g\nidentity: {\"subject\":\"root\"}\nmethod: DELETE\n\n"))
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("content-length: 0");
        Message<Buffer> asked = message();
        assertThat(asked.headers().get("identity")).isNull();
        assertThat(asked.headers().getAll("method")).containsExactly("GET");
        assertThat(asked.body().length()).isZero();
    }

    @Test
    void nobody_at_the_address_is_503() {
        assertThat(gate.call("GET /a HTTP/1.1\nHost: g\n\n"))
                .startsWith("HTTP/1.1 503 ")
                .contains("upstream_unavailable");
    }

    @Test
    void silence_is_504() {
        backend(message -> {});
        assertThat(gate.call("GET /silent HTTP/1.1\nHost: g\n\n"))
                .startsWith("HTTP/1.1 504 ")
                .contains("upstream_timeout");
    }

    @Test
    void a_failed_handler_is_502_and_its_words_stay_behind_the_gate() {
        backend(message -> message.fail(42, "jdbc:secret"));
        assertThat(gate.call("GET /a HTTP/1.1\nHost: g\n\n"))
                .startsWith("HTTP/1.1 502 ")
                .contains("upstream_failed")
                .doesNotContain("secret");
    }

    @Test
    void replies_that_are_no_answers_are_502() {
        backend(message -> {
            switch (message.headers().get("uri")) {
                case "/json" -> message.reply(new JsonObject());
                case "/status" -> message.reply(Buffer.buffer(), new DeliveryOptions().addHeader("status", "abc"));
                case "/low" -> message.reply(Buffer.buffer(), new DeliveryOptions().addHeader("status", "100"));
                case "/split" ->
                    message.reply(Buffer.buffer(), new DeliveryOptions().addHeader("h.X", "a\r\nSet-Cookie: b"));
                case "/name" -> message.reply(Buffer.buffer(), new DeliveryOptions().addHeader("h.X Y", "a"));
                default -> message.reply(Buffer.buffer(new byte[(int) BusUpstream.MOST_BYTES + 1]));
            }
        });
        for (String path : new String[] {"/json", "/status", "/low", "/split", "/name", "/big"})
            assertThat(gate.call("GET " + path + " HTTP/1.1\nHost: g\n\n"))
                    .as(path)
                    .startsWith("HTTP/1.1 502 ")
                    .doesNotContain("Set-Cookie");
    }

    @Test
    @DisplayName("413 one past 1 MiB, announced or not")
    void bodies_have_a_bound() {
        backend(message ->
                message.reply(Buffer.buffer(Integer.toString(message.body().length()))));
        int most = (int) BusUpstream.MOST_BYTES;
        assertThat(post("Content-Length: " + most, "x".repeat(most)))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n" + most);
        assertThat(post("Content-Length: " + (most + 1), "x"))
                .startsWith("HTTP/1.1 413 ")
                .contains("body_too_large");
        assertThat(post(
                        "Transfer-Encoding: chunked",
                        Integer.toHexString(most) + "\r\n" + "x".repeat(most) + "\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(post(
                        "Transfer-Encoding: chunked",
                        Integer.toHexString(most + 1) + "\r\n" + "x".repeat(most + 1) + "\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
    }

    private String post(String framing, String body) {
        try (Wire wire = gate.call()) {
            return wire.send("POST /a HTTP/1.1\r\nHost: g\r\n" + framing + "\r\n\r\n")
                    .send(body)
                    .answer();
        }
    }

    @Test
    void an_expectation_is_met_by_the_gate_itself() throws Exception {
        backend(message -> message.reply(message.body()));
        try (Wire wire = gate.call()) {
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(wire.answer()).startsWith("HTTP/1.1 100 ");
            assertThat(wire.send("body").answer()).startsWith("HTTP/1.1 200 ").endsWith("body");
        }
    }

    @Test
    void a_head_request_and_an_empty_answer_keep_their_framing() {
        backend(message -> message.reply(
                Buffer.buffer("abc"),
                new DeliveryOptions()
                        .addHeader("status", message.headers().get("uri").substring(1))));
        try (Wire wire = gate.call()) {
            assertThat(wire.send("HEAD /200 HTTP/1.1\r\nHost: g\r\n\r\n").answerToHead())
                    .containsIgnoringCase("content-length: 3");
            assertThat(wire.send("GET /204 HTTP/1.1\r\nHost: g\r\n\r\n").answer())
                    .startsWith("HTTP/1.1 204")
                    .doesNotContainIgnoringCase("content-length");
            assertThat(wire.send("GET /304 HTTP/1.1\r\nHost: g\r\n\r\n").answer())
                    .startsWith("HTTP/1.1 304");
            assertThat(wire.send("GET /200 HTTP/1.1\r\nHost: g\r\n\r\n").answer())
                    .startsWith("HTTP/1.1 200")
                    .endsWith("abc");
        }
    }

    @Test
    void a_broken_body_is_no_message() throws Exception {
        backend(message -> message.reply(Buffer.buffer()));
        try (Wire wire = gate.call()) {
            assertThat(wire.send(
                                    "POST /a HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nnonsense\r\n")
                            .rest())
                    .startsWith("HTTP/1.1 400 ");
        }
        try (Wire wire = gate.call()) {
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 10\r\n\r\nhalf");
        }
        assertThat(gate.call("GET /after HTTP/1.1\nHost: g\n\n")).startsWith("HTTP/1.1 200 ");
        assertThat(message().headers().get("uri")).isEqualTo("/after");
    }
}
