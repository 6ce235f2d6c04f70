package dev.gatehouse.tokens;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class JsonTextTest {
    @Property
    boolean every_text_comes_back(@ForAll String name, @ForAll String value) {
        byte[] written = new JsonText(16).member(name, value).bytes();
        return new JsonObject(new String(written, US_ASCII)).equals(new JsonObject().put(name, value));
    }

    @Test
    void members_stand_in_the_order_they_were_said() {
        assertThat(text(new JsonText(16)
                        .member("b", 1L)
                        .member("a", "x\"\\\n\u00e9")
                        .member("c", true)))
                .isEqualTo("{\"b\":1,\"a\":\"x\\\"\\\\\\u000a\\u00e9\",\"c\":true}");
        assertThat(text(new JsonText(16))).isEqualTo("{}");
    }

    @Test
    void lists_and_objects_may_stand_within_each_other() {
        var object = new JsonObject()
                .put("list", List.of("a", 1, Map.of("deep", List.of())))
                .put(
                        "object",
                        new JsonObject()
                                .put(
                                        "array",
                                        new JsonArray().add(new JsonObject()).addNull()))
                .put("number", 1.5)
                .put("last", Arrays.asList(null, false));
        assertThat(new JsonObject(text(JsonText.of(object)))).isEqualTo(new JsonObject(object.encode()));
    }

    @Test
    void it_grows_with_what_is_said() {
        String value = "x".repeat(10_000);
        assertThat(new JsonObject(text(new JsonText(16).member("long", value))).getString("long"))
                .isEqualTo(value);
    }

    private static String text(JsonText json) {
        return new String(json.bytes(), US_ASCII);
    }
}
