package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.MultiMap;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 9113 8.2.1: what cannot be written is refused before a client is asked to write it")
final class LegalFieldsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "GE T", "GET\r\nX: y", "G\u0000ET", "GÉT", "GET ", " GET", "(GET)"})
    void no_methods(String method) {
        assertThat(LegalFields.fault(method, List.of())).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "M-SEARCH", "get", "!#$%&'*+-.^_`|~"})
    void methods(String method) {
        assertThat(LegalFields.fault(method, List.of())).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\n", "ä", "a\u007f"})
    void no_names(String name) {
        assertThat(LegalFields.fault("GET", List.of(Map.entry(name, "v")))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\nb", "a\rb", "a\u0000", "\u0001", "a\u007f", "\u2028"})
    void no_values(String value) {
        assertThat(LegalFields.fault("GET", List.of(Map.entry("a", value)))).isNotNull();
    }

    @Property
    void whatever_passes_the_client_can_write(@ForAll String method, @ForAll String name, @ForAll String value) {
        if (LegalFields.fault(method, List.of(Map.entry(name, value))) != null || name.startsWith(":")) return;
        assertThatCode(() -> {
                    MultiMap fields = HeadersMultiMap.httpHeaders();
                    fields.add(name, value);
                    var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), "/");
                    request.headers().add(name, value);
                    var channel = new EmbeddedChannel(new HttpRequestEncoder());
                    channel.writeOutbound(request);
                    Unpooled.unreleasableBuffer(channel.readOutbound());
                    channel.finishAndReleaseAll();
                })
                .doesNotThrowAnyException();
    }
}
