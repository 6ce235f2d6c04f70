package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Whatever fields a message has, nothing of ours and nothing between two neighbours goes on, and a head of HTTP/2 has one meaning or none. */
final class FieldsFuzzTest {
    private static final Set<String> STAY_IN_REQUESTS = Set.of(
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "expect",
            "host",
            "authorization",
            "dpop",
            "forwarded",
            "traceparent",
            "tracestate",
            "x-request-id",
            "x-real-ip");
    private static final Set<String> STAY_IN_ANSWERS =
            Set.of("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "x-request-id");
    private static final List<String> STAY_BY_BEGINNING = List.of("proxy-", "x-gatehouse-", "x-forwarded");
    private static final Set<String> SINGLE =
            Set.of(":method", ":path", ":scheme", ":authority", "host", "cookie", "content-length", "authorization");

    /** A line each. */
    private static MultiMap fields(byte[] input) {
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        for (String line : new String(input, StandardCharsets.ISO_8859_1).split("\n")) {
            int colon = line.indexOf(':', 1);
            if (colon > 0)
                fields.add(line.substring(0, colon), line.substring(colon + 1).trim());
        }
        return fields;
    }

    @FuzzTest
    void what_is_ours_or_a_neighbour_s_never_goes_on(byte[] input) {
        MultiMap from = fields(input);
        HeaderPolicy.request(from, false, (name, value) -> {
            String read = name.toLowerCase(Locale.ROOT);
            assertThat(STAY_IN_REQUESTS).doesNotContain(read);
            assertThat(STAY_BY_BEGINNING).noneMatch(read.replaceAll("[^a-z0-9]", "-")::startsWith);
            if (read.equals("cookie"))
                for (String pair : value.split(";"))
                    assertThat(pair.split("=", 2)[0].trim()).isNotIn("gh", "__Host-gh");
        });
        MultiMap answer = MultiMap.caseInsensitiveMultiMap();
        HeaderPolicy.response(from, answer);
        MultiMap trailers = MultiMap.caseInsensitiveMultiMap();
        HeaderPolicy.trailers(from, trailers);
        for (Map.Entry<String, String> field : answer)
            assertThat(STAY_IN_ANSWERS).doesNotContain(field.getKey().toLowerCase(Locale.ROOT));
        for (Map.Entry<String, String> field : trailers)
            assertThat(STAY_IN_REQUESTS).doesNotContain(field.getKey().toLowerCase(Locale.ROOT));
        for (String cookie : answer.getAll("Set-Cookie"))
            assertThat(cookie.split("[=;]", 2)[0].trim()).isNotIn("gh", "__Host-gh");
    }

    @FuzzTest
    void fields_have_a_fault_or_frame_one_message(byte[] input) {
        MultiMap fields = fields(input);
        LegalFields.fault("GET", fields);
        OurCookies.session(fields, "https://gate.example");
        if (Framing.fault(fields, true) != null) return;
        assertThat(fields.getAll("Host")).hasSize(1);
        assertThat(fields.getAll("Content-Length").size()
                        + fields.getAll("Transfer-Encoding").size())
                .isLessThan(2);
    }

    @FuzzTest
    void a_trace_goes_on_as_a_valid_one(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        if (!TraceParent.isValid(text)) return;
        String after = new TraceParent(42, true).after(text);
        assertThat(TraceParent.isValid(after)).isTrue();
        assertThat(TraceParent.isSameTrace(after, text)).isTrue();
        assertThat(TraceParent.isSampled(after)).isEqualTo(TraceParent.isSampled(text));
    }

    @FuzzTest
    void a_head_of_http_2_is_malformed_or_says_everything_once(byte[] input) {
        Http2Headers head = new DefaultHttp2Headers(false);
        for (Map.Entry<String, String> field : fields(input)) head.add(field.getKey(), field.getValue());
        try {
            new Http2Heads(new Http2FrameAdapter(), new DefaultHttp2Connection(true)).accept(1, head, true);
        } catch (Http2Exception malformed) {
            return;
        }
        if (head.method() == null) return;
        for (String name : SINGLE) assertThat(head.getAll(name)).hasSizeLessThan(2);
        if (head.authority() != null)
            assertThat(head.authority()).hasToString(head.get("host").toString());
    }
}
