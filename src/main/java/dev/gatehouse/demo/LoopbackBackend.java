package dev.gatehouse.demo;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** A backend as most people have one: plain HTTP on a port of this machine, knowing nothing of tokens. */
abstract class LoopbackBackend extends VerticleBase {
    static final int BODY_BYTES = 16 * 1024;
    private static final int HEADER_BYTES = 64 * 1024;
    private static final int IDLE_SECONDS = 60;

    record Answer(int status, Object json) {
        static Answer message(int status, String message) {
            return new Answer(status, new JsonObject().put("message", message));
        }
    }

    private final String api;
    private final URI origin;

    LoopbackBackend(String api, URI origin) {
        this.api = api;
        this.origin = origin;
    }

    /** {@code path} is what comes after the API's own, and starts with a slash. */
    abstract Answer answer(String method, String path, Caller caller, Buffer body);

    /** The one member of a JSON body that matters, when it is there and no longer than that. */
    static Optional<String> text(Buffer body, String member, int longest) {
        try {
            return Optional.ofNullable(new JsonObject(body).getValue(member))
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .filter(text -> !text.isBlank() && text.length() <= longest);
        } catch (DecodeException notJson) {
            return Optional.empty();
        }
    }

    @Override
    public Future<?> start() {
        var options = new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setMaxHeaderSize(HEADER_BYTES);
        return vertx.createHttpServer(options)
                .requestHandler(this::receive)
                .listen(origin.getPort(), origin.getHost())
                .recover(failure -> Future.failedFuture(sentence(failure)));
    }

    private Throwable sentence(Throwable failure) {
        if (!(failure instanceof IOException)) return failure;
        return new IllegalStateException("The demo's " + api + " API cannot listen on " + origin.getAuthority()
                + ": that port is taken. Stop what has it, or write another port into `apis." + api + ".upstream`.");
    }

    private void receive(HttpServerRequest request) {
        var body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() <= BODY_BYTES) body.appendBuffer(chunk);
        });
        request.endHandler(end -> send(request, answered(request, body)));
    }

    private Answer answered(HttpServerRequest request, Buffer body) {
        if (body.length() > BODY_BYTES) return Answer.message(413, "at most " + BODY_BYTES + " bytes");
        return answer(request.method().name(), pathWithin(request), Caller.of(request.headers()), body);
    }

    /** The gate sends the path as it was asked for, with the API's own in front. */
    private String pathWithin(HttpServerRequest request) {
        String path = request.path() == null ? "/" : request.path();
        String rest = path.replaceFirst("^/api/" + api, "");
        return rest.isEmpty() ? "/" : rest;
    }

    private static void send(HttpServerRequest request, Answer answer) {
        request.response()
                .setStatusCode(answer.status())
                .putHeader("Content-Type", "application/json")
                .end(Json.encodeToBuffer(answer.json()));
    }
}
