package dev.gatehouse.edge;

import static dev.gatehouse.edge.Wire2.ACK;
import static dev.gatehouse.edge.Wire2.CONTINUATION;
import static dev.gatehouse.edge.Wire2.DATA;
import static dev.gatehouse.edge.Wire2.END_HEADERS;
import static dev.gatehouse.edge.Wire2.END_STREAM;
import static dev.gatehouse.edge.Wire2.GOAWAY;
import static dev.gatehouse.edge.Wire2.HEADERS;
import static dev.gatehouse.edge.Wire2.PING;
import static dev.gatehouse.edge.Wire2.RST_STREAM;
import static dev.gatehouse.edge.Wire2.SETTINGS;
import static dev.gatehouse.edge.Wire2.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The connection itself: frames that break it, and frames that must not (RFC 9113 §4 to §6). */
@ExtendWith(QuietVertx.class)
final class Http2FramesTest {
    private static final int PUSH_PROMISE = 5;
    private static final int PADDED = 8;
    private static final int ALL = END_HEADERS | END_STREAM;

    private static RawUpstream upstream;
    private static TestGate gate;

    @BeforeAll
    static void open() throws Exception {
        upstream = RawUpstream.ok();
        gate = TestGate.plan()
                .door(Http2RequestsTest.H2C)
                .route("ANY /closed/**: login", upstream.origin())
                .route("ANY /**: public", upstream.origin())
                .open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        upstream.close();
    }

    private static byte[] octets(int... values) {
        var all = new byte[values.length];
        for (int i = 0; i < values.length; i++) all[i] = (byte) values[i];
        return all;
    }

    private static Arguments breaks(String what, String code, Consumer<Wire2> by) {
        return Arguments.of(what, code, by);
    }

    static Stream<Arguments> breaking() {
        byte[] head = Wire2.head("GET", "/a");
        return Stream.of(
                breaks("§4.2 a frame larger than was settled", "6", w -> w.post(1, "/a")
                        .frame(DATA, 0, 1, new byte[16_385])),
                breaks(
                        "§4.3 a field block that cannot be read",
                        "9",
                        w -> w.frame(HEADERS, ALL, 1, octets(0xff, 0xff, 0xff, 0xff, 0xff, 0xff))),
                breaks("§5.1 DATA on a stream that was never opened", "1", w -> w.data(1, "x", true)),
                breaks("§5.1 RST_STREAM on a stream that was never opened", "1", w -> w.reset(1, 8)),
                breaks(
                        "§5.1 WINDOW_UPDATE on a stream that was never opened",
                        "1",
                        w -> w.frame(WINDOW_UPDATE, 0, 1, octets(0, 0, 0, 1))),
                breaks("§5.1.1 a stream with an even number", "1", w -> w.frame(HEADERS, ALL, 2, head)),
                breaks("§6.1 DATA on stream 0", "1", w -> w.data(0, "x", true)),
                breaks("§6.1 more padding than there is frame", "1", w -> w.post(1, "/a")
                        .frame(DATA, PADDED, 1, octets(9, 1))),
                breaks("§6.2 HEADERS on stream 0", "1", w -> w.frame(HEADERS, ALL, 0, head)),
                breaks("§6.4 RST_STREAM on stream 0", "1", w -> w.reset(0, 8)),
                breaks("§6.4 RST_STREAM of another length", "6", w -> w.post(1, "/a")
                        .frame(RST_STREAM, 0, 1, octets(0, 0, 8))),
                breaks("§6.5 SETTINGS on a stream", "1", w -> w.frame(SETTINGS, 0, 1, new byte[0])),
                breaks("§6.5 an acknowledgement that says something", "6", w -> w.frame(SETTINGS, ACK, 0, new byte[6])),
                breaks("§6.5 SETTINGS of another length", "6", w -> w.frame(SETTINGS, 0, 0, new byte[5])),
                breaks("§6.5.2 ENABLE_PUSH of 2", "1", w -> w.frame(SETTINGS, 0, 0, octets(0, 2, 0, 0, 0, 2))),
                breaks(
                        "§6.5.2 INITIAL_WINDOW_SIZE past the most",
                        "3",
                        w -> w.frame(SETTINGS, 0, 0, octets(0, 4, 0x80, 0, 0, 0))),
                breaks(
                        "§6.5.2 MAX_FRAME_SIZE below the least",
                        "1",
                        w -> w.frame(SETTINGS, 0, 0, octets(0, 5, 0, 0, 0x3f, 0xff))),
                breaks("§6.6 PUSH_PROMISE from a client", "1", w -> w.post(1, "/a")
                        .frame(PUSH_PROMISE, END_HEADERS, 1, octets(0, 0, 0, 2, 0x82))),
                breaks("§6.7 PING on a stream", "1", w -> w.frame(PING, 0, 1, new byte[8])),
                breaks("§6.7 PING of another length", "6", w -> w.frame(PING, 0, 0, new byte[7])),
                breaks("§6.8 GOAWAY on a stream", "1", w -> w.frame(GOAWAY, 0, 1, new byte[8])),
                breaks("§6.9 WINDOW_UPDATE of nothing", "1", w -> w.frame(WINDOW_UPDATE, 0, 0, new byte[4])),
                breaks("§6.9 WINDOW_UPDATE of another length", "6", w -> w.frame(WINDOW_UPDATE, 0, 0, new byte[3])),
                breaks("§6.9.1 a window past the most", "3", w -> w.frame(
                                WINDOW_UPDATE, 0, 0, octets(0x7f, 0xff, 0xff, 0xff))
                        .frame(WINDOW_UPDATE, 0, 0, octets(0x7f, 0xff, 0xff, 0xff))),
                breaks("§6.10 CONTINUATION of nothing", "1", w -> w.frame(CONTINUATION, END_HEADERS, 1, head)),
                breaks("§6.10 another frame inside a head", "1", w -> w.frame(HEADERS, END_STREAM, 1, head)
                        .frame(PING, 0, 0, new byte[8])),
                breaks("§6.10 the head of another stream inside a head", "1", w -> w.frame(HEADERS, END_STREAM, 1, head)
                        .frame(HEADERS, ALL, 3, head)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaking")
    @DisplayName("ends the connection with the code of RFC 9113 §7")
    void breaks_the_connection(String what, String code, Consumer<Wire2> by) {
        try (var wire = Wire2.to(gate.port())) {
            by.accept(wire);
            assertThat(wire.outcome(9999)).as(what).matches("gone " + code);
        }
    }

    @Test
    @DisplayName("§5.1 a body after the end of the request ends at most its stream (STREAM_CLOSED)")
    void after_the_end() {
        try (var wire = Wire2.to(gate.port())) {
            assertThat(wire.get(1, "/a").data(1, "more", true).outcome(1)).matches("200.*|reset 5|gone 5");
        }
    }

    @Test
    @DisplayName("§5.1.1 a stream with a number lower than before is taken for a closed one, and leads nowhere")
    void backwards() {
        try (var wire = Wire2.to(gate.port())) {
            assertThat(wire.get(5, "/a").outcome(5)).isEqualTo("200 ok");
            assertThat(wire.get(3, "/a").outcome(3)).isEqualTo("reset 5");
            assertThat(wire.get(7, "/a").outcome(7)).isEqualTo("200 ok");
        }
    }

    @Test
    @DisplayName("§5.5, §6.5.2 frames and settings that nobody knows are passed over, and ours are acknowledged")
    void unknown() {
        try (var wire = Wire2.to(gate.port())) {
            wire.frame(0xbe, 0xff, 0, new byte[100]).frame(SETTINGS, 0, 0, octets(0xbe, 0xef, 0, 0, 0, 1));
            wire.frame(PING, 0, 0, octets(1, 2, 3, 4, 5, 6, 7, 8));
            Wire2.Frame pong = wire.next(PING, 0);
            assertThat(pong.flags()).isEqualTo(ACK);
            assertThat(pong.payload()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
            assertThat(wire.get(1, "/a").outcome(1)).isEqualTo("200 ok");
        }
    }

    @Test
    @DisplayName("§6.9.1 a stream's window past the most ends that stream (FLOW_CONTROL_ERROR)")
    void stream_window() {
        try (var wire = Wire2.to(gate.port())) {
            wire.post(1, "/a").frame(WINDOW_UPDATE, 0, 1, octets(0x7f, 0xff, 0xff, 0xff));
            assertThat(wire.outcome(1)).isEqualTo("reset 3");
            assertThat(wire.get(3, "/a").outcome(3)).isEqualTo("200 ok");
        }
    }

    @Test
    @DisplayName("§6.9.2 no more is sent than there is window for, and the rest when there is more")
    void small_windows() {
        try (var wire = Wire2.to(gate.port())) {
            wire.frame(SETTINGS, 0, 0, octets(0, 4, 0, 0, 0, 1)).get(1, "/a");
            assertThat(wire.next(HEADERS, 1).field(":status")).isEqualTo("200");
            assertThat(wire.next(DATA, 1).text()).isEqualTo("o");
            wire.frame(WINDOW_UPDATE, 0, 1, octets(0, 0, 0, 1));
            assertThat(wire.next(DATA, 1).text()).isEqualTo("k");
        }
    }

    @Test
    @DisplayName("§4.3, §6.10 a head in several pieces, with padding and priority, is one head")
    void pieces() {
        byte[] head = Wire2.head("GET", "/a");
        try (var wire = Wire2.to(gate.port())) {
            byte[] first = new byte[6 + 10 + 3];
            first[0] = 3;
            first[5] = 15;
            System.arraycopy(head, 0, first, 6, 10);
            byte[] rest = java.util.Arrays.copyOfRange(head, 10, head.length);
            wire.frame(HEADERS, END_STREAM | PADDED | 0x20, 1, first).frame(CONTINUATION, END_HEADERS, 1, rest);
            assertThat(wire.outcome(1)).isEqualTo("200 ok");
        }
    }
}
