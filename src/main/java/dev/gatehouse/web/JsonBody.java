package dev.gatehouse.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The members of a JSON object body that are texts or lists of texts, read strictly (RFC 8259, I-JSON RFC 7493): UTF-8 only, no member twice at any depth, nothing
 * after the object. Members nobody asks for are ignored, whatever they hold.
 */
public final class JsonBody {
    private static final int DEEPEST = 32;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    private final Map<String, Object> members;

    private JsonBody(Map<String, Object> members) {
        this.members = members;
    }

    /** What stands where a member is neither text nor a list of texts. */
    private enum Other {
        NULL,
        VALUE
    }

    public static JsonBody of(Call call) {
        String text = utf8(call.body().getBytes());
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) throw bad("the body must be a JSON object");
            var members = new HashMap<String, Object>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, value(parser));
            }
            if (parser.nextToken() != null) throw bad("something follows the JSON object");
            return new JsonBody(members);
        } catch (IOException wrong) {
            throw bad("the body is not well-formed JSON, or names a member twice");
        }
    }

    /** A member that must be there. */
    public String text(String name) {
        return optionalText(name).orElseThrow(() -> bad("`" + name + "` is missing"));
    }

    /** A member that may be left out or null. */
    public Optional<String> optionalText(String name) {
        Object value = members.get(name);
        if (value == null || value == Other.NULL) return Optional.empty();
        if (value instanceof String text) return Optional.of(text);
        throw bad("`" + name + "` must be a string");
    }

    /** One text or a list of texts; empty when left out or null. */
    public List<String> texts(String name) {
        if (!(members.get(name) instanceof List<?> list))
            return optionalText(name).map(List::of).orElse(List.of());
        return list.stream().map(String.class::cast).toList();
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> wellFormed(parser.getText());
            case VALUE_NULL -> Other.NULL;
            case START_ARRAY -> list(parser);
            case START_OBJECT -> {
                passOver(parser);
                yield Other.VALUE;
            }
            default -> Other.VALUE;
        };
    }

    private static Object list(JsonParser parser) throws IOException {
        var texts = new ArrayList<String>();
        boolean onlyTexts = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_STRING) texts.add(wellFormed(parser.getText()));
            else onlyTexts = false;
            passOver(parser);
        }
        return onlyTexts ? texts : Other.VALUE;
    }

    /** Not {@code skipChildren}, which is said to leave duplicates unseen in some versions: each token is read. */
    private static void passOver(JsonParser parser) throws IOException {
        if (!parser.currentToken().isStructStart()) return;
        int depth = 1;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) throw bad("the body ends early");
            if (token.isStructStart()) depth++;
            if (token.isStructEnd()) depth--;
        }
    }

    /** A lone surrogate names no character (RFC 8259 §8.2). */
    private static String wellFormed(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) throw bad("a string holds half a character");
        return text;
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException wrong) {
            throw bad("the body is not UTF-8");
        }
    }

    private static Refusal bad(String detail) {
        return Reason.BAD_JSON.because(detail);
    }
}
