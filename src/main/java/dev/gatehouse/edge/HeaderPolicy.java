package dev.gatehouse.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Which fields of a message go on, and which stay at the gate; pure. What we say ourselves is stamped afterwards, so nothing sent can undo it. */
final class HeaderPolicy {
    private static final Set<String> NOT_TRAILING = Set.of(
            "content-length",
            "host",
            "cache-control",
            "expect",
            "max-forwards",
            "pragma",
            "range",
            "authorization",
            "dpop",
            "cookie",
            "set-cookie",
            "www-authenticate",
            "age",
            "expires",
            "date",
            "location",
            "retry-after",
            "vary",
            "content-encoding",
            "content-type",
            "content-range",
            "http2-settings");

    private HeaderPolicy() {}

    /**
     * The fields of a request that an API gets to see. With {@code relay} the caller's token and our cookies are among them. Framing
     * ({@code Content-Length}, {@code Expect}, {@code Host}) is left to who writes the message.
     *
     * @return whether {@code Connection} names {@code TE} (RFC 9110 §10.1.4)
     */
    static boolean request(MultiMap from, boolean relay, BiConsumer<String, String> to) {
        Set<String> named = FieldNames.namedByConnection(from);
        from.forEach((name, value) -> {
            if (!mayGoOn(name, relay) || FieldNames.isNamed(name, named)) return;
            boolean ours = !relay && FieldNames.first(name) == 'c' && FieldNames.same(name, "cookie");
            String said = ours ? OurCookies.without(value) : value;
            if (said != null) to.accept(name, said);
        });
        return FieldNames.isNamed("te", named);
    }

    private static boolean mayGoOn(String name, boolean relay) {
        if (FieldNames.isHopByHop(name) || FieldNames.isOurs(name)) return false;
        if (name.indexOf('_') >= 0) return false;
        return switch (FieldNames.first(name)) {
            case 'a' -> relay || !FieldNames.same(name, "authorization");
            case 'c' -> !FieldNames.same(name, "content-length");
            case 'd' -> relay || !FieldNames.same(name, "dpop");
            case 'e' -> !FieldNames.same(name, "expect");
            case 'h' -> !FieldNames.same(name, "host") && !FieldNames.same(name, "http2-settings");
            default -> true;
        };
    }

    /** The fields of a response that the caller gets to see. What {@code cors} says is all that browsers hear about origins. */
    static void response(MultiMap from, MultiMap to) {
        String date = from.get(HttpHeaders.DATE);
        if (date != null) to.set(HttpHeaders.DATE, date);
        Set<String> named = FieldNames.namedByConnection(from);
        for (Map.Entry<String, String> field : from) {
            String name = field.getKey();
            if (FieldNames.isHopByHop(name) || FieldNames.isNamed(name, named)) continue;
            boolean goesOn =
                    switch (FieldNames.first(name)) {
                        case 'a' -> !(name.length() > 15 && FieldNames.same(name.substring(0, 15), "access-control-"));
                        case 'd' -> !FieldNames.same(name, "date");
                        case 's' -> !(FieldNames.same(name, "set-cookie") && OurCookies.isSet(field.getValue()));
                        case 'x' -> !FieldNames.same(name, "x-request-id");
                        case ' ' -> false;
                        default -> true;
                    };
            if (goesOn) to.add(name, field.getValue());
        }
    }

    /** What a caller says after its body; underscores are read as dashes by some, as in the head. */
    static void requestTrailers(MultiMap from, MultiMap to) {
        for (Map.Entry<String, String> field : from)
            if (mayTrail(field.getKey()) && field.getKey().indexOf('_') < 0) to.add(field.getKey(), field.getValue());
    }

    /** What an API says after its body. */
    static void trailers(MultiMap from, MultiMap to) {
        for (Map.Entry<String, String> field : from)
            if (mayTrail(field.getKey())) to.add(field.getKey(), field.getValue());
    }

    /** Not what frames, routes, authenticates or controls a message, or says how its body is read: whoever merges trailers into the head would act on it too late (RFC 9110 §6.5.1). */
    private static boolean mayTrail(String name) {
        return !FieldNames.isHopByHop(name)
                && !FieldNames.isOurs(name)
                && !NOT_TRAILING.contains(name.toLowerCase(Locale.ROOT));
    }
}
