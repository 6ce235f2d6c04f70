package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;

final class BodiesTest {
    @Property(tries = 300)
    boolean what_a_browser_encodes_is_read_back(
            @ForAll @Size(max = 10) @UniqueElements List<String> names, @ForAll String value) {
        var expected = new HashMap<String, String>();
        var body = new StringBuilder();
        for (String name : names) {
            String clean = whole(name);
            if (expected.containsKey(clean)) continue;
            expected.put(clean, whole(value));
            body.append('&')
                    .append(URLEncoder.encode(clean, StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(whole(value), StandardCharsets.UTF_8));
        }
        Map<String, String> read =
                FormBody.parse(Buffer.buffer(body.toString())).fields();
        return read.equals(whole(value).isEmpty() ? Map.of() : expected);
    }

    @Property(tries = 300)
    boolean a_json_text_is_read_as_it_was_written(@ForAll String text) {
        String clean = whole(text);
        return json(new JsonObject().put("a", clean).put("list", List.of(clean, clean)))
                .text("a")
                .equals(clean);
    }

    @Test
    void a_form_has_a_bound_and_no_second_reading() {
        assertThatThrownBy(() -> form("a=1&a=2")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> form("a=&a=2")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> form("a=%4")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> form("a=%+4")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> form("a=%c0%af")).isInstanceOf(Refusal.class);
        assertThat(form("a=1&&b=x%20y+z&c").fields()).isEqualTo(Map.of("a", "1", "b", "x y z"));
        var many = new StringBuilder();
        for (int i = 0; i <= FormBody.MOST_FIELDS; i++)
            many.append('&').append(i).append("=1");
        assertThatThrownBy(() -> form(many.toString())).isInstanceOf(Refusal.class);
    }

    @Test
    void members_nobody_asks_for_may_hold_anything() {
        JsonBody body = JsonBody.of(
                call(Buffer.buffer("{\"a\":\"x\",\"n\":1e999,\"o\":{\"p\":[1,{}]},\"z\":null,\"t\":true}")));
        assertThat(body.text("a")).isEqualTo("x");
        assertThat(body.optionalText("z")).isEmpty();
        assertThat(body.texts("missing")).isEmpty();
        assertThatThrownBy(() -> body.optionalText("n")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> body.texts("o")).isInstanceOf(Refusal.class);
    }

    @FuzzTest
    void any_bytes_are_a_body_or_a_refusal(byte[] bytes) {
        try {
            JsonBody.of(call(Buffer.buffer(bytes))).texts("a");
        } catch (Refusal no) {
            assertThat(no.problem().status()).isEqualTo(400);
        }
        try {
            FormBody.parse(Buffer.buffer(bytes));
        } catch (Refusal no) {
            assertThat(no.problem().status()).isEqualTo(400);
        }
    }

    private static FormBody form(String text) {
        return FormBody.parse(Buffer.buffer(text));
    }

    private static JsonBody json(JsonObject object) {
        return JsonBody.of(call(object.toBuffer()));
    }

    private static Call call(Buffer body) {
        return new Call(
                "POST", "/", "", MultiMap.caseInsensitiveMultiMap(), body, InetAddress.getLoopbackAddress(), "r");
    }

    /** Without halves of characters, which no encoder can write. */
    private static String whole(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
