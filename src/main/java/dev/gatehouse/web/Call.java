package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.util.Optional;

/** A request to one of our own addresses as a value, body read and bounded. */
public record Call(
        String method,
        String path,
        String query,
        MultiMap headers,
        Buffer body,
        InetAddress clientAddress,
        String requestId) {
    /** The one value of a field, or empty text when it is absent; a field sent twice is refused. */
    public String header(String name) {
        var values = headers.getAll(name);
        if (values.size() > 1) throw Reason.AMBIGUOUS_REQUEST.because(name + " was sent more than once");
        return values.isEmpty() ? "" : values.get(0);
    }

    /** The first cookie of that name (RFC 6265 §5.4). */
    public Optional<String> cookie(String name) {
        for (String field : headers.getAll("Cookie"))
            for (String pair : field.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).trim().equals(name))
                    return Optional.of(pair.substring(equals + 1).trim());
            }
        return Optional.empty();
    }
}
