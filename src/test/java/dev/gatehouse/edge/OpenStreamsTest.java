package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.DoorSettings;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.tokens.SessionTokens;
import dev.gatehouse.tokens.TestTokens;
import dev.gatehouse.vocabulary.SessionId;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is open is looked at ten times a second; how long the gate takes is not measured here, only that it ends, and how it looks from outside. */
@ExtendWith(QuietVertx.class)
@DisplayName("ED11 a stream that is open when its token ceases to count")
final class OpenStreamsTest {
    private static final String EVENTS =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n";
    private static final String ALICE = "u_alice";

    /** Sends one event and then nothing until the gate hangs up. */
    private static RawUpstream silentAfterOne(CountDownLatch left) {
        return new RawUpstream(peer -> {
            peer.request();
            peer.send(EVENTS);
            if (peer.isLeft()) left.countDown();
        });
    }

    private static TestGate.Plan plan(RawUpstream upstream) {
        return TestGate.plan().route("GET /open: public", upstream.origin()).route("ANY /**: login", upstream.origin());
    }

    private static String get(String path, String... fields) {
        return "GET " + path + " HTTP/1.1\r\nHost: g\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
    }

    private static void endedBy(Consumer<TestGate> what, String reason) throws Exception {
        var left = new CountDownLatch(1);
        try (var upstream = silentAfterOne(left);
                var gate = plan(upstream).open();
                var wire = gate.call()) {
            wire.send(get("/events", gate.bearer(ALICE))).upTo("data: 1\n\n\r\n");
            what.accept(gate);
            assertThat(wire.rest()).as("no last chunk (RFC 9112 §8)").isEmpty();
            assertThat(left.await(10, TimeUnit.SECONDS)).as("the API is left").isTrue();
            var line = new JsonObject(logOf(gate));
            assertThat(line.getString("reason")).isEqualTo(reason);
            assertThat(line.getString("verdict")).isEqualTo("deny");
            assertThat(line.getInteger("status")).isEqualTo(200);
        }
    }

    /** Once there is a line in it. */
    private static String logOf(TestGate gate) throws Exception {
        Eventually.holds(() -> !gate.log.meters().requests().isEmpty());
        return gate.closedLog();
    }

    private static Instant later() {
        return Instant.now().plus(Duration.ofDays(365));
    }

    @Test
    void a_session_that_is_ended_takes_its_streams_with_it() throws Exception {
        endedBy(
                gate -> gate.tokens.revocations.learn(
                        new Revocation.OfSession(new SessionId("session-of-" + ALICE), later())),
                "stream_revoked");
    }

    @Test
    void a_person_whose_tokens_are_all_revoked_is_disconnected() throws Exception {
        endedBy(
                gate -> gate.tokens.revocations.learn(
                        new Revocation.OfSubject(ALICE, gate.tokens.now.plusSeconds(1), later())),
                "stream_revoked");
    }

    @Test
    void everything_before_an_instant_is_revoked_streams_and_all() throws Exception {
        endedBy(
                gate -> gate.tokens.revocations.learn(
                        new Revocation.OfEverything(gate.tokens.now.plusSeconds(1), later())),
                "stream_revoked");
    }

    @Test
    void a_token_that_expires_ends_its_streams() throws Exception {
        endedBy(gate -> gate.tokens.now = gate.tokens.now.plus(Duration.ofMinutes(11)), "stream_expired");
    }

    @Test
    @DisplayName("over HTTP/2 the stream is reset and the connection lives on (RFC 9113 §5.4.2)")
    void over_http_2() throws Exception {
        var left = new CountDownLatch(1);
        try (var upstream = silentAfterOne(left);
                var gate = plan(upstream)
                        .door(new DoorSettings(List.of(), new DoorSettings.Http2(true)))
                        .open();
                var wire = Wire2.to(gate.port())) {
            wire.get(1, "/events", gate.bearer(ALICE).replace("Authorization", "authorization"));
            Wire2.Frame frame = wire.next();
            while (frame.type() != Wire2.DATA) frame = wire.next();
            gate.tokens.revocations.learn(new Revocation.OfSession(new SessionId("session-of-" + ALICE), later()));
            while (frame.type() != Wire2.RST_STREAM) {
                frame = wire.next();
                assertThat(frame.ends()).isFalse();
            }
            assertThat(frame.stream()).isEqualTo(1);
            assertThat(frame.code()).isEqualTo(Http2Error.CANCEL.code());
            assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(wire.get(3, "/login").outcome(3)).startsWith("200 house");
        }
    }

    @Test
    void others_go_on() throws Exception {
        var go = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    peer.send(EVENTS);
                    wait(go);
                    peer.send("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
                });
                var gate = plan(upstream).open();
                var alice = gate.call();
                var bob = gate.call();
                var nobody = gate.call()) {
            alice.send(get("/events", gate.bearer(ALICE))).upTo("data: 1\n\n\r\n");
            bob.send(get("/events", gate.bearer("u_bob"))).upTo("data: 1\n\n\r\n");
            nobody.send(get("/open")).upTo("data: 1\n\n\r\n");
            gate.tokens.revocations.learn(new Revocation.OfSession(new SessionId("session-of-" + ALICE), later()));
            assertThat(alice.rest()).isEmpty();
            go.countDown();
            assertThat(bob.upTo("0\r\n\r\n")).contains("data: 2");
            assertThat(nobody.upTo("0\r\n\r\n")).contains("data: 2");
        }
    }

    @Test
    @DisplayName("a download of known length may outlive its token, but not a revocation")
    void downloads() throws Exception {
        var go = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    String asked = peer.request();
                    peer.send(asked.contains("/events") ? EVENTS : "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
                    if (asked.contains("/whole")) {
                        wait(go);
                        peer.send("cd");
                    }
                    peer.isLeft();
                });
                var gate = plan(upstream).open();
                var cut = gate.call();
                var events = gate.call();
                var whole = gate.call()) {
            cut.send(get("/cut", gate.bearer(ALICE))).upTo("ab");
            whole.send(get("/whole", gate.bearer("u_bob"))).upTo("ab");
            gate.tokens.revocations.learn(new Revocation.OfSession(new SessionId("session-of-" + ALICE), later()));
            assertThat(cut.rest()).isEmpty();
            events.send(get("/events", gate.bearer("u_carol"))).upTo("data: 1\n\n\r\n");
            gate.tokens.now = gate.tokens.now.plus(Duration.ofMinutes(11));
            assertThat(events.rest()).as("younger than the download, and over").isEmpty();
            go.countDown();
            assertThat(whole.octets(2)).isEqualTo("cd");
        }
    }

    @Test
    void an_upload_is_refused_in_its_middle_when_its_token_is_revoked() throws Exception {
        try (var upstream = new RawUpstream(peer -> {
                    peer.head();
                    while (!peer.isLeft()) {}
                });
                var gate = plan(upstream).open();
                var wire = gate.call()) {
            wire.send("POST /a HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n" + gate.bearer(ALICE)
                    + "\r\n\r\n3\r\nabc\r\n");
            gate.tokens.revocations.learn(new Revocation.OfSession(new SessionId("session-of-" + ALICE), later()));
            assertThat(wire.answer())
                    .startsWith("HTTP/1.1 401 ")
                    .contains("error=\"invalid_token\"", "\"reason\":\"invalid_token\"");
        }
    }

    @Test
    void when_tokens_can_no_longer_be_judged_streams_end_as_requests_are_refused() throws Exception {
        var left = new CountDownLatch(1);
        try (var upstream = silentAfterOne(left);
                var gate = plan(upstream).open();
                var wire = gate.call()) {
            wire.send(get("/events", gate.bearer(ALICE))).upTo("data: 1\n\n\r\n");
            gate.graceOver.set(true);
            assertThat(wire.rest()).isEmpty();
            assertThat(logOf(gate)).contains("\"reason\":\"database_unavailable\"");
        }
    }

    /** The sessions of a house with one cookie in it. */
    private static final class OneSession implements SessionTokens {
        final AtomicReference<Optional<String>> token = new AtomicReference<>(Optional.empty());
        final AtomicInteger asked = new AtomicInteger();

        @Override
        public @Nullable String held(String cookie, String audience) {
            return null;
        }

        @Override
        public Future<Optional<String>> find(String cookie, String audience) {
            asked.incrementAndGet();
            return Future.succeededFuture(token.get());
        }

        @Override
        public void forget(String cookie) {}
    }

    private static final String COOKIE = "Cookie: __Host-gh=" + "A".repeat(43);

    private static String minted(TestGate gate, String... roles) {
        AccessGrant usual = TestTokens.grant(ALICE);
        return gate.tokens
                .tokens
                .mint()
                .mint(
                        new AccessGrant(
                                usual.subject(),
                                usual.client(),
                                usual.session(),
                                usual.username(),
                                usual.audience(),
                                usual.scopes(),
                                List.of(roles),
                                List.of(),
                                Map.of(),
                                usual.lifetime()),
                        gate.tokens.now)
                .token();
    }

    @Test
    void a_browser_s_stream_outlives_the_tokens_of_its_session_and_ends_with_the_session() throws Exception {
        var session = new OneSession();
        var go = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    peer.send(EVENTS);
                    wait(go);
                    peer.send("9\r\ndata: 2\n\n\r\n");
                    peer.isLeft();
                });
                var gate = TestGate.plan()
                        .sessions(session)
                        .route("ANY /**: role staff", upstream.origin())
                        .open();
                var wire = gate.call()) {
            session.token.set(Optional.of(minted(gate, "staff")));
            wire.send(get("/events", COOKIE)).upTo("data: 1\n\n\r\n");
            assertThat(session.asked).hasValue(1);
            gate.tokens.now = gate.tokens.now.plus(Duration.ofMinutes(10)).minus(Lease.AHEAD);
            session.token.set(Optional.of(minted(gate, "staff")));
            Eventually.holds(() -> session.asked.get() > 1);
            gate.tokens.now = gate.tokens.now.plus(Duration.ofMinutes(5));
            go.countDown();
            assertThat(wire.upTo("data: 2\n\n\r\n")).contains("data: 2");

            session.token.set(Optional.empty());
            gate.tokens.now = gate.tokens.now.plus(Duration.ofMinutes(5)).minus(Lease.AHEAD);
            assertThat(wire.rest()).isEmpty();
            assertThat(logOf(gate)).contains("\"reason\":\"stream_revoked\"");
        }
    }

    @Test
    void the_next_token_of_a_session_is_decided_on_again() throws Exception {
        var session = new OneSession();
        try (var upstream = silentAfterOne(new CountDownLatch(1));
                var gate = TestGate.plan()
                        .sessions(session)
                        .route("ANY /**: role staff", upstream.origin())
                        .open();
                var wire = gate.call()) {
            session.token.set(Optional.of(minted(gate, "staff")));
            wire.send(get("/events", COOKIE)).upTo("data: 1\n\n\r\n");
            gate.tokens.now = gate.tokens.now.plus(Duration.ofMinutes(10)).minus(Lease.AHEAD);
            session.token.set(Optional.of(minted(gate)));
            assertThat(wire.rest()).isEmpty();
            assertThat(logOf(gate)).contains("\"reason\":\"role_missing\"");
        }
    }

    private static void wait(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
