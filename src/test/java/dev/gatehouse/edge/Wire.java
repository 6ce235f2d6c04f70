package dev.gatehouse.edge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A caller that speaks in bytes. Text is ISO 8859-1, so that every octet can be written; a line end in a text block is CR LF. */
final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;

    Wire(int port) {
        this(connected(port));
    }

    private static Socket connected(int port) {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Wire(Socket connected) {
        try {
            socket = connected;
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What a line of a transcript means on the wire. */
    static String lines(String text) {
        return text.replace("\n", "\r\n");
    }

    Wire send(String octets) {
        return send(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    Wire send(byte[] octets) {
        try {
            socket.getOutputStream().write(octets);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** One whole answer, by its framing; interim answers are answers of their own. */
    String answer() {
        return answer(false);
    }

    /** The answer after those that come before it (RFC 9110 §15.2). */
    String lastAnswer() {
        String answer = answer();
        while (answer.startsWith("HTTP/1.1 1")) answer = answer();
        return answer;
    }

    /** The answer to a HEAD request. */
    String answerToHead() {
        return answer(true);
    }

    private String answer(boolean head) {
        String section = upTo("\r\n\r\n");
        String lower = section.toLowerCase(java.util.Locale.ROOT);
        int status = Integer.parseInt(section.substring(9, 12));
        if (head || status < 200 || status == 204 || status == 304) return section;
        int length = lower.indexOf("content-length: ");
        if (length >= 0)
            return section + octets(Integer.parseInt(section.substring(length + 16, section.indexOf("\r\n", length))));
        if (lower.contains("transfer-encoding: chunked")) return section + chunks();
        return section + rest();
    }

    private String chunks() {
        var all = new StringBuilder();
        while (true) {
            String size = upTo("\r\n");
            all.append(size);
            int count = Integer.parseInt(size.trim(), 16);
            if (count == 0) {
                String line = upTo("\r\n");
                while (!line.equals("\r\n")) {
                    all.append(line);
                    line = upTo("\r\n");
                }
                return all.append(line).toString();
            }
            all.append(octets(count + 2));
        }
    }

    String upTo(String end) {
        var text = new StringBuilder();
        while (text.indexOf(end, Math.max(0, text.length() - end.length())) < 0) {
            int octet = read();
            if (octet < 0) throw new AssertionError("the connection ended after <" + text + ">");
            text.append((char) octet);
        }
        return text.toString();
    }

    String octets(int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            int octet = read();
            if (octet < 0) throw new AssertionError("the connection ended after <" + text + ">");
            text.append((char) octet);
        }
        return text.toString();
    }

    /** Everything until the connection ends, by either way of ending it. */
    String rest() {
        var all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (SocketException reset) {
            return all.toString(StandardCharsets.ISO_8859_1);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    InputStream stream() {
        try {
            return socket.getInputStream();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Socket socket() {
        return socket;
    }

    private int read() {
        try {
            return socket.getInputStream().read();
        } catch (SocketException reset) {
            return -1;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
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
