package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of a form body or of a query, read strictly: a field sent twice, a broken escape or text that is not UTF-8 is refused; a field without a value counts
 * as left out (RFC 6749 §3.1, §3.2). Only {@code resource} (RFC 8707 §2) and {@code audience} (RFC 8693 §2.1) may come more than once. {@code twice} is empty, unless
 * whoever reads wants to judge repetitions themselves.
 */
public record FormBody(Map<String, String> fields, Map<String, List<String>> repeated, Set<String> twice) {
    /** More fields than any request of ours has use for. */
    static final int MOST_FIELDS = 64;

    private static final Set<String> REPEATABLE = Set.of("resource", "audience");

    public FormBody {
        fields = Map.copyOf(fields);
        repeated = Map.copyOf(repeated);
        twice = Set.copyOf(twice);
    }

    /** Nothing came more than once that must not. */
    public FormBody(Map<String, String> fields, Map<String, List<String>> repeated) {
        this(fields, repeated, Set.of());
    }

    public static FormBody of(Call call) {
        return parse(call.body());
    }

    /** The query of the address that was asked for. */
    public static FormBody ofQuery(Call call) {
        return parse(Buffer.buffer(call.query()));
    }

    /** Names in {@link #twice} what came more than once, instead of refusing it: who is to hear of it depends on the other fields. The first value stands. */
    public static FormBody telling(Buffer encoded) {
        var fields = new LinkedHashMap<String, String>();
        var repeated = new LinkedHashMap<String, List<String>>();
        var seen = new HashSet<String>();
        var twice = new HashSet<String>();
        byte[] bytes = encoded.getBytes();
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i < bytes.length && bytes[i] != '&') continue;
            if (i > start) add(bytes, start, i, seen, fields, repeated, twice);
            start = i + 1;
        }
        return new FormBody(fields, repeated, twice);
    }

    static FormBody parse(Buffer body) {
        FormBody form = telling(body);
        if (!form.twice.isEmpty()) throw Reason.AMBIGUOUS_REQUEST.because("a field was sent more than once");
        return form;
    }

    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** Every value of a field that may come more than once, in order. */
    public List<String> all(String name) {
        return repeated.getOrDefault(name, List.of());
    }

    private static void add(
            byte[] bytes,
            int start,
            int end,
            Set<String> seen,
            Map<String, String> fields,
            Map<String, List<String>> repeated,
            Set<String> twice) {
        int equals = start;
        while (equals < end && bytes[equals] != '=') equals++;
        String name = decoded(bytes, start, equals);
        String value = equals < end ? decoded(bytes, equals + 1, end) : "";
        boolean again = !seen.add(name);
        var values = repeated.getOrDefault(name, List.of());
        if (seen.size() > MOST_FIELDS || values.size() > MOST_FIELDS)
            throw Reason.BAD_REQUEST.because("the form has too many fields");
        if (again && !REPEATABLE.contains(name)) {
            twice.add(name);
            return;
        }
        if (value.isEmpty()) return;
        if (REPEATABLE.contains(name))
            repeated.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
        else fields.put(name, value);
    }

    private static String decoded(byte[] bytes, int start, int end) {
        return isPlain(bytes, start, end)
                ? new String(bytes, start, end - start, StandardCharsets.US_ASCII)
                : unescaped(bytes, start, end);
    }

    private static boolean isPlain(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) if (bytes[i] < 0 || bytes[i] == '%' || bytes[i] == '+') return false;
        return true;
    }

    private static String unescaped(byte[] bytes, int start, int end) {
        ByteBuffer plain = ByteBuffer.allocate(end - start);
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b == '+') plain.put((byte) ' ');
            else if (b != '%') plain.put(b);
            else {
                int high = i + 2 < end ? Character.digit(bytes[i + 1], 16) : -1;
                int low = i + 2 < end ? Character.digit(bytes[i + 2], 16) : -1;
                if (high < 0 || low < 0) throw Reason.BAD_REQUEST.because("the form has a broken % escape");
                plain.put((byte) (high << 4 | low));
                i += 2;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(plain.flip())
                    .toString();
        } catch (CharacterCodingException wrong) {
            throw Reason.BAD_REQUEST.because("the form is not UTF-8");
        }
    }
}
