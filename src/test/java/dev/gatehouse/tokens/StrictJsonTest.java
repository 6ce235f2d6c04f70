package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StrictJsonTest {
    @Test
    void values_keep_their_kind_and_null_is_left_out() throws Exception {
        var read = StrictJson.object(
                """
                {"text":"é😀","yes":true,"long":9007199254740993,"double":1.5,"big":123456789012345678901234567890,"none":null,
                 "list":[1,"a",{"b":[]}],"object":{"none":null}}"""
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(read)
                .containsOnly(
                        Map.entry("text", "é😀"),
                        Map.entry("yes", true),
                        Map.entry("long", 9007199254740993L),
                        Map.entry("double", 1.5),
                        Map.entry("big", 1.2345678901234568e29),
                        Map.entry("list", List.of(1L, "a", Map.of("b", List.of()))),
                        Map.entry("object", Map.of()));
    }
}
