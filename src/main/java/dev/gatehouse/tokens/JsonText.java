package dev.gatehouse.tokens;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object as it is written, member by member (RFC 8259). What is not ASCII is escaped, so text and bytes are the same. For what is written for every token;
 * whoever writes says each name once.
 */
public final class JsonText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

    private byte[] bytes;
    private int length;
    private boolean first = true;

    /** {@code expected}: how many bytes it is likely to take. */
    public JsonText(int expected) {
        this.bytes = new byte[Math.max(2, expected)];
        put('{');
    }

    public static JsonText of(JsonObject object) {
        return new JsonText(512).members(object.getMap());
    }

    public JsonText member(String name, Object value) {
        name(name);
        value(value);
        return this;
    }

    /** The object is over. */
    public byte[] bytes() {
        put('}');
        return Arrays.copyOf(bytes, length);
    }

    private JsonText members(Map<?, ?> map) {
        for (Map.Entry<?, ?> member : map.entrySet()) {
            name(String.valueOf(member.getKey()));
            value(member.getValue());
        }
        return this;
    }

    private void name(String name) {
        if (!first) put(',');
        first = false;
        text(name);
        put(':');
    }

    private void value(@Nullable Object value) {
        if (value instanceof String text) text(text);
        else if (value instanceof Long || value instanceof Integer || value instanceof Boolean || value == null)
            plain(String.valueOf(value));
        else if (value instanceof Iterable<?> values && !(value instanceof JsonObject)) list(values);
        else if (value instanceof Map<?, ?> map) object(map);
        else if (value instanceof JsonObject object) object(object.getMap());
        else plain(Json.encode(value));
    }

    private void object(Map<?, ?> map) {
        put('{');
        first = true;
        members(map);
        put('}');
        first = false;
    }

    private void list(Iterable<?> values) {
        put('[');
        boolean another = false;
        for (Object value : values) {
            if (another) put(',');
            another = true;
            value(value);
        }
        put(']');
    }

    private void text(String text) {
        put('"');
        if (isPlain(text)) append(text.getBytes(ISO_8859_1));
        else escaped(text);
        put('"');
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') return false;
        }
        return true;
    }

    private void escaped(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') escape(c);
            else if (c == '"' || c == '\\') {
                put('\\');
                put(c);
            } else put(c);
        }
    }

    private void escape(char c) {
        put('\\');
        put('u');
        for (int shift = 12; shift >= 0; shift -= 4) put((char) HEX[c >> shift & 0xf]);
    }

    /** Already JSON. */
    private void plain(String json) {
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c > '~') escape(c);
            else put(c);
        }
    }

    private void append(byte[] ascii) {
        if (bytes.length - length < ascii.length) bytes = Arrays.copyOf(bytes, 2 * (length + ascii.length));
        System.arraycopy(ascii, 0, bytes, length, ascii.length);
        length += ascii.length;
    }

    private void put(char ascii) {
        if (length == bytes.length) bytes = Arrays.copyOf(bytes, 2 * length);
        bytes[length++] = (byte) ascii;
    }
}
