package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Measured against a writer of frames who knows where each of them ends. */
@DisplayName("RFC 6455 §5.2 where one frame ends and the next has not begun")
final class FrameBoundaryTest {
    private static final int CLOSE = 8;

    /** {@code coded}: in how many octets its length is written, 0, 2 or 8; more than it needs is the sender's fault and still a length. */
    private record Frame(int opcode, boolean masked, int coded, int length) {
        byte[] octets() {
            var out = new ByteArrayOutputStream();
            out.write(0x80 | opcode);
            int said = coded == 0 ? length : coded == 2 ? 126 : 127;
            out.write((masked ? 0x80 : 0) | said);
            for (int shift = (coded - 1) * 8; shift >= 0; shift -= 8) out.write(shift >= 32 ? 0 : length >> shift);
            if (masked) out.writeBytes(new byte[] {(byte) 0x88, 0, (byte) 0x88, (byte) 0xff});
            // a payload that looks like a Close in any of its octets
            for (int i = 0; i < length; i++) out.write(0x88);
            return out.toByteArray();
        }
    }

    @Provide
    Arbitrary<List<Frame>> conversations() {
        Arbitrary<Frame> each = Combinators.combine(
                        Arbitraries.of(0, 1, 2, CLOSE, 9, 10),
                        Arbitraries.of(true, false),
                        Arbitraries.of(0, 2, 8),
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(5, Arbitraries.integers().between(0, 125)),
                                net.jqwik.api.Tuple.of(1, Arbitraries.of(126, 127, 255, 256, 65_535))))
                .as((opcode, masked, coded, length) ->
                        new Frame(opcode, masked, coded == 0 && length > 125 ? 2 : coded, length));
        return each.list().ofMinSize(1).ofMaxSize(6);
    }

    @Property(tries = 300)
    void after_every_octet_it_knows_whether_a_frame_is_under_way(@ForAll("conversations") List<Frame> frames) {
        var boundary = new FrameBoundary();
        boolean goodbye = false;
        assertThat(boundary.isReached()).isTrue();
        for (Frame frame : frames) {
            byte[] octets = frame.octets();
            goodbye |= frame.opcode == CLOSE;
            for (int i = 0; i < octets.length; i++) {
                boundary.pass(Unpooled.wrappedBuffer(octets, i, 1));
                assertThat(boundary.isReached()).isEqualTo(i == octets.length - 1 && !goodbye);
            }
        }
    }

    @Property(tries = 300)
    void however_it_is_cut_up_it_comes_to_the_same(@ForAll("conversations") List<Frame> frames, @ForAll long seed) {
        var random = new Random(seed);
        var all = new ByteArrayOutputStream();
        for (Frame frame : frames) all.writeBytes(frame.octets());
        byte[] octets = all.toByteArray();
        var whole = new FrameBoundary();
        var inPieces = new FrameBoundary();
        for (int from = 0, to; from < octets.length; from = to) {
            to = from + 1 + random.nextInt(Math.min(octets.length - from, 1 + random.nextInt(300)));
            inPieces.pass(Unpooled.wrappedBuffer(octets, from, to - from));
            var anew = new FrameBoundary();
            anew.pass(Unpooled.wrappedBuffer(octets, 0, to));
            assertThat(inPieces.isReached()).isEqualTo(anew.isReached());
        }
        whole.pass(Unpooled.wrappedBuffer(octets));
        assertThat(whole.isReached()).isEqualTo(frames.stream().noneMatch(frame -> frame.opcode == CLOSE));
    }

    @Test
    void every_cut_into_three_of_a_short_conversation_comes_to_the_same() {
        var all = new ByteArrayOutputStream();
        Stream.of(new Frame(1, true, 0, 3), new Frame(9, false, 2, 2), new Frame(0, true, 8, 1))
                .map(Frame::octets)
                .forEach(all::writeBytes);
        byte[] octets = all.toByteArray();
        for (int first = 0; first <= octets.length; first++)
            for (int second = first; second <= octets.length; second++) {
                var boundary = new FrameBoundary();
                boundary.pass(Unpooled.wrappedBuffer(octets, 0, first));
                boundary.pass(Unpooled.wrappedBuffer(octets, first, second - first));
                boundary.pass(Unpooled.wrappedBuffer(octets, second, octets.length - second));
                assertThat(boundary.isReached()).as(first + ", " + second).isTrue();
            }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x80})
    @DisplayName("a length whose most significant bit is set is none: there is no boundary after it")
    void a_length_that_is_none(int mask) {
        var boundary = new FrameBoundary();
        boundary.pass(Unpooled.wrappedBuffer(
                new byte[] {(byte) 0x82, (byte) (mask | 127), (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
        assertThat(boundary.isReached()).isFalse();
        boundary.pass(Unpooled.wrappedBuffer(new Frame(1, false, 0, 1).octets()));
        assertThat(boundary.isReached()).isFalse();
    }

    @Test
    void a_frame_of_many_gigabytes_ends_where_it_says() {
        var boundary = new FrameBoundary();
        boundary.pass(Unpooled.wrappedBuffer(new byte[] {(byte) 0x82, 127, 0, 0, 0, 2, 0, 0, 0, 0}));
        var mega = Unpooled.wrappedBuffer(new byte[1 << 20]);
        for (long sent = 0; sent < 1L << 33; sent += 1 << 20) {
            assertThat(boundary.isReached()).isFalse();
            boundary.pass(mega);
        }
        assertThat(boundary.isReached()).isTrue();
    }
}
