package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.web.StreamingJson;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.core.spi.JsonFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jackson's databind lies on the class path for passkeys alone; whoever has none pays nothing for it. */
final class StreamingJsonTest {
    private static final List<String> FOR_PASSKEYS = List.of("com.fasterxml.jackson.databind.", "com.webauthn4j.");

    @TempDir
    Path folder;

    @Test
    void vertx_speaks_json_by_its_streaming_codec() {
        assertThat(JsonFactory.load()).isInstanceOf(StreamingJson.class);
        assertThat(Json.CODEC.getClass()).isSameAs(JacksonCodec.class);
        assertThat(new JsonObject("{\"a\":[1,{\"b\":null}]}").encode()).isEqualTo("{\"a\":[1,{\"b\":null}]}");
    }

    @Test
    void json_never_becomes_an_object_of_a_class_that_somebody_names() {
        assertThatThrownBy(() -> Json.decodeValue("{\"host\":\"a\"}", java.net.URI.class))
                .isInstanceOf(DecodeException.class);
        assertThat(new JsonArray("[1]").getList()).isEqualTo(List.of(1));
    }

    @Test
    void a_gate_that_has_started_and_signed_somebody_in_has_loaded_nothing_that_only_passkeys_need()
            throws IOException {
        Path log = folder.resolve("classes.log");
        var premises = Premises.in(folder, "listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\n")
                .with("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + log);
        try (GateProcess gate = premises.open("run")) {
            gate.register("ada");
            assertThat(gate.login("ada").getString("access_token")).isNotBlank();
        }
        try (Stream<String> lines = Files.lines(log)) {
            List<String> loaded = lines.toList();
            assertThat(loaded).anyMatch(line -> line.contains(JacksonCodec.class.getName() + " "));
            assertThat(loaded).noneMatch(line -> FOR_PASSKEYS.stream().anyMatch(line::contains));
        }
    }
}
