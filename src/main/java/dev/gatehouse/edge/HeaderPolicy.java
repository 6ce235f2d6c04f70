package dev.gatehouse.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Which fields of a message go on, and which stay at the gate; pure. What we say ourselves is stamped afterwards, so nothing sent can undo it. */
final class HeaderPolicy {
    private HeaderPolicy() {}

    /**
     * The fields of a request that an API gets to see. With {@code relay} the caller's token and our cookies are among them. Framing
     * ({@code Content-Length}, {@code Expect}, {@code Host}) is left to who writes the message.
     */
    static void request(MultiMap from, boolean relay, BiConsumer<String, String> to) {
        Set<String> named = FieldNames.namedByConnection(from);
        for (Map.Entry<String, String> field : from) {
            String name = field.getKey();
            if (!mayGoOn(name, relay) || FieldNames.isNamed(name, named)) continue;
            String value = field.getValue();
            if (!relay && FieldNames.first(name) == 'c' && FieldNames.same(name, "cookie"))
                value = OurCookies.without(value);
            if (value != null) to.accept(name, value);
        }
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

    /** Trailers go on unless they could be taken for framing, routing or credentials (RFC 9110 §6.5.1). */
    static void trailers(MultiMap from, MultiMap to) {
        for (Map.Entry<String, String> field : from) {
            String name = field.getKey();
            boolean risky = FieldNames.isHopByHop(name)
                    || FieldNames.isOurs(name)
                    || FieldNames.same(name, "content-length")
                    || FieldNames.same(name, "set-cookie")
                    || FieldNames.same(name, "host")
                    || FieldNames.same(name, "authorization")
                    || FieldNames.same(name, "www-authenticate");
            if (!risky) to.add(name, field.getValue());
        }
    }
}
