package dev.gatehouse.tokens;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON objects that can be read in one way only (RFC 8725 §2.7, RFC 7493): valid UTF-8, no member twice, no lone surrogate, nothing after the end, bounded depth
 * and numbers. Values become String, Boolean, Long, Double, List and Map; null members are left out of maps and refused in lists.
 */
public final class StrictJson {
    private static final int DEEPEST = 16;
    private static final int LONGEST_NUMBER = 64;
    private static final int LONGEST_NAME = 256;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(LONGEST_NUMBER)
                    .maxNameLength(LONGEST_NAME)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private StrictJson() {}

    /** Why a text is not an object we read. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String why) {
            super(why, null, false, false);
        }
    }

    public static Map<String, Object> object(byte[] utf8) throws Malformed {
        try (var parser = FACTORY.createParser(text(utf8))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) throw new Malformed("it is not a JSON object");
            var object = object(parser);
            if (parser.nextToken() != null) throw new Malformed("something follows the JSON object");
            return object;
        } catch (IOException e) {
            throw new Malformed("it is not JSON that can be read in one way only");
        }
    }

    /** A list where no object is expected. */
    public static List<Object> array(byte[] utf8) throws Malformed {
        try (var parser = FACTORY.createParser(text(utf8))) {
            if (parser.nextToken() != JsonToken.START_ARRAY) throw new Malformed("it is not a JSON array");
            var array = array(parser);
            if (parser.nextToken() != null) throw new Malformed("something follows the JSON array");
            return array;
        } catch (IOException e) {
            throw new Malformed("it is not JSON that can be read in one way only");
        }
    }

    private static String text(byte[] utf8) throws Malformed {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Malformed("it is not UTF-8");
        }
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException, Malformed {
        var object = new LinkedHashMap<String, Object>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = whole(parser.currentName());
            parser.nextToken();
            var value = value(parser);
            if (value != null) object.put(name, value);
        }
        return object;
    }

    private static List<Object> array(JsonParser parser) throws IOException, Malformed {
        var array = new ArrayList<Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            var value = value(parser);
            if (value == null) throw new Malformed("a list holds null");
            array.add(value);
        }
        return array;
    }

    private static @Nullable Object value(JsonParser parser) throws IOException, Malformed {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> whole(parser.getText());
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> finite(parser.getDoubleValue());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new Malformed("it is not JSON");
        };
    }

    private static Object integer(JsonParser parser) throws IOException, Malformed {
        return switch (parser.getNumberType()) {
            case INT, LONG -> parser.getLongValue();
            default -> finite(parser.getDoubleValue());
        };
    }

    private static Double finite(double number) throws Malformed {
        if (!Double.isFinite(number)) throw new Malformed("a number is out of range");
        return number;
    }

    /** No half of a surrogate pair without the other: two readers would turn it into different bytes. */
    private static String whole(String text) throws Malformed {
        boolean wantsLow = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isLowSurrogate(c) != wantsLow) throw new Malformed("a text is not valid Unicode");
            wantsLow = Character.isHighSurrogate(c);
        }
        if (wantsLow) throw new Malformed("a text is not valid Unicode");
        return text;
    }
}
