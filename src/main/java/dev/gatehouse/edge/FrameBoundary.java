package dev.gatehouse.edge;

import io.netty.buffer.ByteBuf;

/**
 * Whether one direction of a WebSocket is between two frames, so that a Close can be said there (RFC 6455 §5.2). Looks at heads and lengths alone; what passes is not touched.
 */
final class FrameBoundary {
    private static final int CLOSE = 8;
    private static final int LENGTH_OF_LENGTH_16 = 2;
    private static final int LENGTH_OF_LENGTH_64 = 8;
    private static final int MASK = 4;

    /** How many octets of the current frame's head have passed. */
    private int headSeen;
    /** How many there are before the length, 2, and the mask. */
    private int lengthOctets;

    private boolean masked;
    private long length;
    private long left;
    private boolean closed;
    private boolean lost;

    /** Nothing is under way, and nobody has said goodbye. */
    boolean isReached() {
        return headSeen == 0 && left == 0 && !closed && !lost;
    }

    void pass(ByteBuf octets) {
        int at = octets.readerIndex();
        int end = octets.writerIndex();
        while (at < end && !lost) {
            if (left > 0) {
                int skipped = (int) Math.min(left, end - at);
                left -= skipped;
                at += skipped;
            } else {
                head(octets.getByte(at++) & 0xff);
            }
        }
    }

    private void head(int octet) {
        int place = headSeen++;
        if (place == 0) {
            closed |= (octet & 0x0f) == CLOSE;
            return;
        }
        if (place == 1) {
            masked = (octet & 0x80) != 0;
            int said = octet & 0x7f;
            lengthOctets = said == 127 ? LENGTH_OF_LENGTH_64 : said == 126 ? LENGTH_OF_LENGTH_16 : 0;
            length = lengthOctets == 0 ? said : 0;
        } else if (place < 2 + lengthOctets) {
            length = length << 8 | octet;
        }
        if (headSeen == 2 + lengthOctets + (masked ? MASK : 0)) begin();
    }

    /** RFC 6455 §5.2: the most significant bit of a length must be 0. */
    private void begin() {
        headSeen = 0;
        left = length;
        lost = length < 0;
    }
}
