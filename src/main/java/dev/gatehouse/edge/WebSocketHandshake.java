package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The opening handshake of a WebSocket (RFC 6455 §4) as a caller asked for it, and what an API may answer to it. Any other upgrade is left out of the request, as RFC 9110 §7.8
 * allows: what we cannot judge, h2c before all, is never let through (class 46).
 */
record WebSocketHandshake(String key, List<String> protocols, List<String> extensions) {
    static final String VERSION = "13";
    private static final String KEY_FIELD = "Sec-WebSocket-Key";
    private static final String VERSION_FIELD = "Sec-WebSocket-Version";
    private static final String PROTOCOL_FIELD = "Sec-WebSocket-Protocol";
    private static final String EXTENSIONS_FIELD = "Sec-WebSocket-Extensions";
    /** RFC 6455 §1.3. */
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int KEY_OCTETS = 16;
    private static final int KEY_LENGTH = 24;

    /** Exactly this one protocol, and nothing else on offer. */
    static boolean isAsked(HttpServerRequest request) {
        if (!request.headers().contains(HttpHeaders.UPGRADE) || request.version() != HttpVersion.HTTP_1_1) return false;
        return says(request.headers()) && names(request.headers(), "Connection", "upgrade");
    }

    /** What is wrong with it, for a caller that may call this route; null: nothing. */
    static Framing.@Nullable Fault fault(Passage passage) {
        MultiMap fields = passage.request.headers();
        if (!passage.request.method().equals(HttpMethod.GET)) return bad("A WebSocket is opened by GET.");
        if (passage.hasBody && Answers.announcedLength(passage.request) != 0)
            return bad("A request for a WebSocket has no body.");
        if (!fields.getAll(VERSION_FIELD).equals(List.of(VERSION)))
            return new Framing.Fault(
                    Reason.WEBSOCKET_VERSION, "WebSockets are spoken in version " + VERSION + " here (RFC 6455).");
        List<String> keys = fields.getAll(KEY_FIELD);
        if (keys.size() != 1 || !isKey(keys.get(0))) return bad(KEY_FIELD + " is not one key of 16 octets.");
        if (list(fields, PROTOCOL_FIELD).anyMatch(String::isEmpty)) return bad(PROTOCOL_FIELD + " is not a list.");
        List<String> origins = fields.getAll(HttpHeaders.ORIGIN);
        if (origins.size() > 1) return bad("Origin was sent more than once.");
        if (origins.size() == 1 && !isProgram(passage) && !SameOrigin.mayOpen(origins.get(0), passage))
            return new Framing.Fault(
                    Reason.ORIGIN_NOT_ALLOWED, "Pages of this origin may not open a WebSocket to this API.");
        return null;
    }

    /** No page can make a browser send {@code Authorization} with a WebSocket; and programs say of themselves what they like. */
    private static boolean isProgram(Passage passage) {
        return passage.claims != null && passage.sessionToken == null;
    }

    /** One that was found without fault. */
    static WebSocketHandshake of(MultiMap fields) {
        return new WebSocketHandshake(
                fields.get(KEY_FIELD),
                list(fields, PROTOCOL_FIELD).toList(),
                list(fields, EXTENSIONS_FIELD).map(WebSocketHandshake::name).toList());
    }

    /** Why a 101 does not open this WebSocket; null: it does (RFC 6455 §4.1, from "Once a connection"). */
    @Nullable
    String wrongWith(MultiMap answer) {
        if (!says(answer) || !names(answer, "Connection", "upgrade")) return "it does not upgrade to `websocket`";
        if (!answer.getAll("Sec-WebSocket-Accept").equals(List.of(accept())))
            return "Sec-WebSocket-Accept is not the answer to the key";
        List<String> chosen = answer.getAll(PROTOCOL_FIELD);
        if (chosen.size() > 1 || !protocols.containsAll(chosen)) return "it chose a subprotocol that was not offered";
        if (!list(answer, EXTENSIONS_FIELD).map(WebSocketHandshake::name).allMatch(extensions::contains))
            return "it chose an extension that was not offered";
        return null;
    }

    String accept() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean isKey(String text) {
        if (text.length() != KEY_LENGTH) return false;
        try {
            return Base64.getDecoder().decode(text).length == KEY_OCTETS;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static boolean says(MultiMap fields) {
        List<String> upgrades = fields.getAll(HttpHeaders.UPGRADE);
        return upgrades.size() == 1 && upgrades.get(0).equalsIgnoreCase("websocket");
    }

    private static boolean names(MultiMap fields, String field, String option) {
        return list(fields, field).anyMatch(option::equalsIgnoreCase);
    }

    private static Stream<String> list(MultiMap fields, String name) {
        List<String> values = fields.getAll(name);
        if (values.isEmpty()) return Stream.empty();
        return Arrays.stream(values.stream().collect(Collectors.joining(",")).split(",", -1))
                .map(String::trim);
    }

    private static String name(String extension) {
        int end = extension.indexOf(';');
        return (end < 0 ? extension : extension.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    }

    private static Framing.Fault bad(String detail) {
        return new Framing.Fault(Reason.BAD_REQUEST, detail);
    }
}
