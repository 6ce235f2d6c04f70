package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the value of a claim may look like (OpenID Connect Core §5.1); each turns what somebody wrote into what is kept, or refuses it. */
enum ClaimForm {
    TEXT {
        @Override
        Object read(String claim, Object value) {
            return line(claim, value, LONGEST_TEXT);
        }
    },
    URL {
        @Override
        Object read(String claim, Object value) {
            String text = line(claim, value, LONGEST_URL);
            try {
                URI url = new URI(text);
                if (!"https".equals(url.getScheme()) || url.getHost() == null || url.getUserInfo() != null)
                    throw wrong(claim, "must be an https address");
                return text;
            } catch (URISyntaxException broken) {
                throw wrong(claim, "must be an https address");
            }
        }
    },
    /** {@code 0000-05-17} keeps the year to oneself, {@code 1984} the day. */
    DATE {
        @Override
        Object read(String claim, Object value) {
            String text = line(claim, value, LONGEST_TEXT);
            try {
                if (YEAR.matcher(text).matches()) return text;
                if (!DAY.matcher(text).matches()) throw new DateTimeException("another form");
                LocalDate.parse(text.startsWith("0000") ? "2000" + text.substring(4) : text);
                return text;
            } catch (DateTimeException noDay) {
                throw wrong(claim, "must be a day such as 1984-05-17, 0000-05-17 or 1984");
            }
        }
    },
    ZONE {
        @Override
        Object read(String claim, Object value) {
            String text = line(claim, value, LONGEST_TEXT);
            if (!ZoneId.getAvailableZoneIds().contains(text))
                throw wrong(claim, "must be a time zone such as Europe/Paris");
            return text;
        }
    },
    LANGUAGE {
        @Override
        Object read(String claim, Object value) {
            String text = line(claim, value, LONGEST_TEXT);
            try {
                return new Locale.Builder().setLanguageTag(text).build().toLanguageTag();
            } catch (IllformedLocaleException notOne) {
                throw wrong(claim, "must be a language tag such as en-US");
            }
        }
    },
    PHONE {
        @Override
        Object read(String claim, Object value) {
            String text = line(claim, value, LONGEST_TEXT);
            if (!NUMBER.matcher(text).matches()) throw wrong(claim, "must be a number such as +1 425 555 1212");
            return text;
        }
    },
    YES_OR_NO {
        @Override
        Object read(String claim, Object value) {
            if (value instanceof Boolean) return value;
            if (value.equals("true")) return true;
            if (value.equals("false")) return false;
            throw wrong(claim, "must be true or false");
        }
    },
    /** Members of an object (§5.1.1); streets and whole labels may have several lines. */
    ADDRESS {
        @Override
        Object read(String claim, Object value) {
            if (!(value instanceof JsonObject address)) throw wrong(claim, "has parts: " + ADDRESS_PARTS);
            var read = new JsonObject();
            for (String part : address.fieldNames()) {
                if (!ADDRESS_PARTS.contains(part)) throw wrong(claim, "has no part " + printable(part));
                read.put(part, lines(claim + "." + part, address.getValue(part)));
            }
            return read;
        }
    },
    /** Columns of the account; not a part of what is kept here. */
    KEPT_ELSEWHERE {
        @Override
        Object read(String claim, Object value) {
            throw wrong(claim, "is not set this way");
        }
    };

    static final List<String> ADDRESS_PARTS =
            List.of("formatted", "street_address", "locality", "region", "postal_code", "country");
    private static final int LONGEST_TEXT = 255;
    private static final int LONGEST_URL = 2048;
    private static final int LONGEST_LINES = 1000;
    private static final Pattern YEAR = Pattern.compile("[0-9]{4}");
    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final Pattern NUMBER = Pattern.compile("\\+[1-9][0-9 ().-]{1,30}(;ext=[0-9]{1,10})?");

    abstract Object read(String claim, Object value);

    private static String line(String claim, Object value, int longest) {
        String text = bounded(claim, value, longest);
        if (text.chars().anyMatch(Character::isISOControl)) throw wrong(claim, "must be one line of text");
        return text;
    }

    private static String lines(String claim, Object value) {
        String text = bounded(claim, value, LONGEST_LINES);
        if (text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n'))
            throw wrong(claim, "must be lines of text");
        return text;
    }

    private static String bounded(String claim, Object value, int longest) {
        if (!(value instanceof String text) || text.isBlank()) throw wrong(claim, "must be a text");
        if (text.length() > longest) throw wrong(claim, "may have " + longest + " characters");
        return text.strip();
    }

    static Refusal wrong(String claim, String why) {
        return Reason.BAD_REQUEST.because("`" + claim + "` " + why);
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
