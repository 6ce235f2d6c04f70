package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatehouse.QuietVertx;
import dev.gatehouse.web.BearerChallenge;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever is sent as {@code Authorization} opens nothing, and what is said of it is one challenge (RFC 9110 §11.6.1). */
@ExtendWith(QuietVertx.class)
final class CredentialsFuzzTest {
    private static final String QUOTED = "\"[ !#-\\[\\]-~]*\"";

    private static RawUpstream upstream;
    private static TestGate gate;

    @BeforeAll
    static void open() throws Exception {
        upstream = RawUpstream.ok();
        gate = TestGate.plan().route("ANY /**: login", upstream.origin()).open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        upstream.close();
    }

    @FuzzTest
    void any_credentials_that_nobody_gave_out_are_refused(byte[] input) {
        BugDetectors.allowNetworkConnections();
        String said = new String(input, StandardCharsets.ISO_8859_1);
        if (said.indexOf('\n') >= 0 || said.indexOf('\r') >= 0) return;
        try (Wire wire = gate.call()) {
            String answer = wire.send(
                            "GET /a HTTP/1.1\r\nHost: g\r\nConnection: close\r\nAuthorization: " + said + "\r\n\r\n")
                    .rest();
            assertThat(answer).matches("(?s)HTTP/1\\.1 (400|401|429|431) .*").containsOnlyOnce("HTTP/1.1 ");
            if (answer.startsWith("HTTP/1.1 401 ")) assertThat(answer).contains("WWW-Authenticate: ");
        }
        assertThat(upstream.requests).isEmpty();
    }

    @FuzzTest
    void a_challenge_is_one_line_of_quoted_words(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        assertThat(BearerChallenge.invalidToken(text))
                .matches("Bearer realm=\"gatehouse\", error=\"invalid_token\", error_description=" + QUOTED);
        assertThat(BearerChallenge.insufficientScope(text))
                .matches("Bearer realm=\"gatehouse\", error=\"insufficient_scope\", scope=" + QUOTED);
    }
}
