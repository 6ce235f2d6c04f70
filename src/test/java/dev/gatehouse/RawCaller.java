package dev.gatehouse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A caller that sends the very bytes it is told to, one request after the other on one connection, and reads whole answers by their length. */
final class RawCaller implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final int port;
    private final String from;
    private Socket socket;

    RawCaller(int port) {
        this(port, "127.0.0.1");
    }

    /** Of an address of its own: {@code from} is any of 127.0.0.0/8. */
    RawCaller(int port, String from) {
        this.port = port;
        this.from = from;
        this.socket = connected();
    }

    /** What came back; {@code head} has the status line and the fields, one a line. */
    record Answer(String head, String body) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        Optional<String> field(String name) {
            return fields(name).stream().findFirst();
        }

        List<String> fields(String name) {
            var found = new ArrayList<String>();
            for (String line : head.split("\r\n")) {
                String start = name.toLowerCase(Locale.ROOT) + ":";
                if (line.toLowerCase(Locale.ROOT).startsWith(start))
                    found.add(line.substring(start.length()).trim());
            }
            return found;
        }
    }

    /** {@code request} is the line of the request and its fields; the end of the head and Host are added. */
    Answer ask(String... request) {
        return send(whole(request));
    }

    /** As {@link #ask}, of a HEAD request: its answer has no body, whatever its length says. */
    Answer askForHead(String... request) {
        return send(whole(request), true);
    }

    /** Characters beyond ISO 8859-1 travel as UTF-8. */
    Answer send(String octets) {
        return send(octets, false);
    }

    private Answer send(String octets, boolean head) {
        boolean latin = octets.chars().allMatch(c -> c < 0x100);
        try {
            if (socket.isClosed()) socket = connected();
            socket.getOutputStream()
                    .write(octets.getBytes(latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
            return answer(head);
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

    private Answer answer(boolean bodiless) throws IOException {
        InputStream in = socket.getInputStream();
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) throw new IOException("the connection ended after: " + head);
            head.write(octet);
        }
        var answer = new Answer(head.toString(StandardCharsets.ISO_8859_1), "");
        int length = answer.field("Content-Length").map(Integer::parseInt).orElse(0);
        byte[] body = in.readNBytes(bodiless ? 0 : length);
        if (answer.field("Connection").filter("close"::equalsIgnoreCase).isPresent()) socket.close();
        return new Answer(answer.head(), new String(body, StandardCharsets.UTF_8));
    }

    private String whole(String... request) {
        return String.join("\r\n", request) + "\r\nHost: localhost:" + port + "\r\n\r\n";
    }

    private Socket connected() {
        try {
            var made = new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(from), 0);
            made.setSoTimeout(PATIENCE_MILLIS);
            made.setTcpNoDelay(true);
            return made;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
