package dev.gatehouse;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Somebody else's issuer in this process, which says at each of its addresses what a test tells it to. */
final class Provider implements AutoCloseable {
    /** What is done with one request. */
    interface Answer {
        void to(HttpExchange exchange, String body) throws IOException;
    }

    final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    Provider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Its name, and where it is. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    Provider at(String path, Answer answer) {
        answers.put(path, answer);
        return this;
    }

    Provider json(String path, String body) {
        return at(path, (exchange, asked) -> send(exchange, 200, body));
    }

    Provider publishes(JWK... keys) {
        return json("/keys", new JWKSet(List.of(keys)).toString());
    }

    /** OpenID Connect Discovery. */
    Provider discoverable() {
        return json(
                "/.well-known/openid-configuration",
                "{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + url() + "/keys\"}");
    }

    /** More and more, until whoever asked has enough. */
    static void endless(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        byte[] chunk = " ".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
        for (long sent = 0; sent < 1L << 30; sent += chunk.length)
            exchange.getResponseBody().write(chunk);
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    static ECKey key(String kid) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** An access token of somebody whose name is known. */
    static String token(ECKey key, String issuer, String audience, String subject) {
        return ForeignToken.of(issuer, audience)
                .subject(subject)
                .claim("preferred_username", "name-of-" + subject)
                .signed(key);
    }

    /** The value of a field of a form. */
    static String field(String form, String name) {
        for (String pair : form.split("&"))
            if (pair.startsWith(name + "="))
                return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
        return "";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            asked.add(path);
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Answer answer = answers.get(path);
            if (answer == null) exchange.sendResponseHeaders(404, -1);
            else answer.to(exchange, body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
