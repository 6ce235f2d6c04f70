package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatehouse.QuietVertx;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

/** Another gateway asks in the words of a caller, over a real socket: method, address and host, a line each. */
@ExtendWith(QuietVertx.class)
final class ForwardAuthFuzzTest {
    private static RawUpstream upstream;
    private static TestGate gate;

    @BeforeAll
    static void open() throws Exception {
        upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        gate = TestGate.plan()
                .trusting("127.0.0.0/8")
                .route("ANY /open/**: public", upstream.origin())
                .route("ANY /**: login", upstream.origin())
                .open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        upstream.close();
    }

    @FuzzTest
    void what_is_let_through_would_have_come_through_by_itself(byte[] input) {
        BugDetectors.allowNetworkConnections();
        String[] said = Arrays.copyOf(new String(input, StandardCharsets.ISO_8859_1).split("\n", 3), 3);
        for (String line : said) if (line == null || !isFieldValue(line)) return;
        assertSame(said, "X-Forwarded-Method", "X-Forwarded-Uri", "X-Forwarded-Host: " + said[2] + "\r\n");
        assertSame(said, "X-Original-Method", "X-Original-URI", "");
    }

    private static void assertSame(String[] said, String method, String target, String host) {
        String checked = answer("GET /_gate/check HTTP/1.1\r\nHost: g\r\nConnection: close\r\n" + method + ": "
                + said[0] + "\r\n" + target + ": " + said[1] + "\r\n" + host + "\r\n");
        assertThat(checked).matches("(?s)HTTP/1\\.1 (200|4..) .*");
        if (!checked.startsWith("HTTP/1.1 200 ")) return;
        String itself = answer(said[0] + " " + said[1] + " HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n");
        assertThat(itself).startsWith("HTTP/1.1 200 ");
    }

    private static String answer(String request) {
        try (Wire wire = gate.call()) {
            return wire.send(request).rest();
        }
    }

    /** What a neighbour could send at all (RFC 9110 §5.5), without the white space that it would lose. */
    private static boolean isFieldValue(String text) {
        return text.equals(text.strip()) && text.length() < 2000 && text.chars().allMatch(c -> c >= 0x20 && c != 0x7f);
    }
}
