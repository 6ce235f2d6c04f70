import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/** As much of RFC 6455 as an echo needs. */
final class Frames {
    static final int TEXT = 1;
    static final int CLOSE = 8;

    record Frame(int kind, byte[] said) {}

    private Frames() {}

    /** The request that opens one, without its request line. */
    static String opening() {
        return "Host: g\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    }

    /** The answer to a head that opens one. */
    static String accepted(String head) throws Exception {
        int at = head.toLowerCase().indexOf("sec-websocket-key: ") + 19;
        String key = head.substring(at, head.indexOf('\r', at)) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        String accept = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(key.getBytes(StandardCharsets.US_ASCII)));
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n\r\n";
    }

    /** A whole frame of at most 64 KiB; with {@code mask} as callers send it. */
    static byte[] frame(int kind, byte[] said, boolean mask) {
        var all = ByteBuffer.allocate(8 + said.length);
        int masked = mask ? 0x80 : 0;
        all.put((byte) (0x80 | kind));
        if (said.length < 126) all.put((byte) (masked | said.length));
        else all.put((byte) (masked | 126)).putShort((short) said.length);
        byte[] key = {1, 2, 3, 4};
        if (mask) all.put(key);
        for (int i = 0; i < said.length; i++) all.put((byte) (mask ? said[i] ^ key[i % 4] : said[i]));
        return java.util.Arrays.copyOf(all.array(), all.position());
    }

    static Frame read(InputStream from) throws IOException {
        var in = new DataInputStream(from);
        int kind = in.readUnsignedByte() & 0x0f;
        int second = in.readUnsignedByte();
        int length = second & 0x7f;
        if (length == 126) length = in.readUnsignedShort();
        byte[] key = new byte[4];
        if (second >= 0x80) in.readFully(key);
        byte[] said = new byte[length];
        in.readFully(said);
        for (int i = 0; i < length; i++) said[i] ^= key[i % 4];
        return new Frame(kind, said);
    }
}
