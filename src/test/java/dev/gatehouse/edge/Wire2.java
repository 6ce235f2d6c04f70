package dev.gatehouse.edge;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A caller that speaks HTTP/2 in frames (RFC 9113 §4). Heads are literals without indexing (RFC 7541 §6.2.2), so that anything at all can be said. */
public final class Wire2 implements AutoCloseable {
    static final int DATA = 0;
    public static final int HEADERS = 1;
    static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    public static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    private static final int HAS_PRIORITY = 0x20;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /** One frame; {@code code} of those that have one. */
    public record Frame(int type, int flags, int stream, byte[] payload, Http2Headers fields) {
        public long code() {
            int at = type == GOAWAY ? 4 : 0;
            return (payload[at] & 0xffL) << 24
                    | (payload[at + 1] & 0xffL) << 16
                    | (payload[at + 2] & 0xffL) << 8
                    | (payload[at + 3] & 0xffL);
        }

        /** Of GOAWAY. */
        public int lastStream() {
            return (payload[0] & 0x7f) << 24 | (payload[1] & 0xff) << 16 | (payload[2] & 0xff) << 8 | payload[3] & 0xff;
        }

        String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }

        public String field(String name) {
            CharSequence value = fields.get(name);
            return value == null ? "" : value.toString();
        }

        public boolean ends() {
            return (flags & END_STREAM) != 0;
        }
    }

    private static final Http2Headers NONE = new DefaultHttp2Headers();

    private final Socket socket;
    private final DataInputStream in;
    private final Http2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    /** Of the answer that was read last. */
    Http2Headers head = NONE;

    Http2Headers trailers = NONE;

    Wire2(Socket connected) {
        try {
            socket = connected;
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public static Wire2 to(int port) {
        try {
            return new Wire2(new Socket(InetAddress.getLoopbackAddress(), port)).begin();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The other end: of a connection that has been accepted. */
    static Wire2 accepted(Socket socket) {
        var wire = new Wire2(socket);
        try {
            wire.in.readNBytes(PREFACE.length());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return wire.frame(SETTINGS, 0, 0, new byte[0]).frame(SETTINGS, ACK, 0, new byte[0]);
    }

    Wire2 begin() {
        return raw(PREFACE.getBytes(StandardCharsets.US_ASCII)).frame(SETTINGS, 0, 0, new byte[0]);
    }

    Wire2 raw(byte[] octets) {
        try {
            socket.getOutputStream().write(octets);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Wire2 frame(int type, int flags, int stream, byte[] payload) {
        var all = new ByteArrayOutputStream();
        number(all, payload.length, 3);
        all.write(type);
        all.write(flags);
        number(all, stream, 4);
        all.writeBytes(payload);
        return raw(all.toByteArray());
    }

    /** A whole request without a body; {@code fields} as {@code name: value}. */
    public Wire2 get(int stream, String path, String... fields) {
        return frame(HEADERS, END_STREAM | END_HEADERS, stream, head("GET", path, fields));
    }

    Wire2 post(int stream, String path, String... fields) {
        return frame(HEADERS, END_HEADERS, stream, head("POST", path, fields));
    }

    Wire2 data(int stream, String text, boolean last) {
        return frame(DATA, last ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** One header section, whatever it is: a head, an interim one, trailers. */
    Wire2 section(int stream, boolean last, String... fields) {
        return frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block(fields));
    }

    Wire2 reset(int stream, int code) {
        return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, (byte) code});
    }

    static byte[] head(String method, String path, String... fields) {
        var all = new ArrayList<>(List.of(":method: " + method, ":scheme: http", ":authority: g", ":path: " + path));
        all.addAll(List.of(fields));
        return block(all.toArray(String[]::new));
    }

    /** Any fields at all, in this order. */
    static byte[] block(String... fields) {
        var all = new ByteArrayOutputStream();
        for (String field : fields) {
            int colon = field.indexOf(": ", 1);
            all.write(0);
            text(all, field.substring(0, colon));
            text(all, field.substring(colon + 2));
        }
        return all.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        if (octets.length < 127) out.write(octets.length);
        else {
            out.write(127);
            int rest = octets.length - 127;
            while (rest >= 128) {
                out.write(rest % 128 + 128);
                rest /= 128;
            }
            out.write(rest);
        }
        out.writeBytes(octets);
    }

    private static void number(ByteArrayOutputStream out, int value, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) out.write(value >>> (8 * i));
    }

    /** The next frame; SETTINGS and WINDOW_UPDATE are passed over. Null: the connection has ended. */
    public @Nullable Frame next() {
        try {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt() & 0x7fff_ffff;
                byte[] payload = in.readNBytes(length);
                var frame = new Frame(
                        type, flags, stream, payload, type == HEADERS ? fields(stream, flags, payload) : NONE);
                if (frame.type() != SETTINGS && frame.type() != WINDOW_UPDATE) return frame;
            }
        } catch (EOFException | SocketException ended) {
            return null;
        } catch (Http2Exception wrong) {
            throw new AssertionError(wrong);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The next frame of that kind on that stream; others are passed over. */
    Frame next(int type, int stream) {
        while (true) {
            Frame frame = next();
            if (frame == null) throw new AssertionError("the connection ended");
            if (frame.type() == type && frame.stream() == stream) return frame;
            if (frame.type() == RST_STREAM && frame.stream() == stream)
                throw new AssertionError("reset " + frame.code());
        }
    }

    private Http2Headers fields(int stream, int flags, byte[] payload) throws Http2Exception {
        int at = (flags & HAS_PRIORITY) != 0 ? 5 : 0;
        return decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(payload, at, payload.length - at));
    }

    /** What one stream comes to: {@code 200 body}, or {@code reset 1}; other streams' frames are passed over. {@code gone} when the connection ends first, with the last GOAWAY's code. */
    String outcome(int stream) {
        String status = "";
        var body = new StringBuilder();
        long goneAway = -1;
        while (true) {
            Frame frame = next();
            if (frame == null) return goneAway < 0 ? "gone" : "gone " + goneAway;
            if (frame.type() == GOAWAY) goneAway = frame.code();
            if (frame.stream() != stream) continue;
            if (frame.type() == RST_STREAM) return status.isEmpty() ? "reset " + frame.code() : status + " reset";
            if (frame.type() == HEADERS && status.isEmpty()) {
                status = frame.fields().status().toString();
                head = frame.fields();
            } else if (frame.type() == HEADERS) {
                trailers = frame.fields();
            }
            if (frame.type() == DATA) body.append(new String(frame.payload(), StandardCharsets.ISO_8859_1));
            if (frame.ends()) return (status + " " + body).trim();
        }
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
