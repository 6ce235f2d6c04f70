package dev.gatehouse.outbound;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A world whose answers the test has told beforehand; everything else is not there. */
public final class ToldOutbound extends NoWayOut {
    public final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Supplier<Future<Fetched>>> answers = new ConcurrentHashMap<>();

    public ToldOutbound json(String url, String body) {
        return answer(url, 200, Map.of("content-type", "application/json"), body);
    }

    public ToldOutbound answer(String url, int status, Map<String, String> headers, String body) {
        return tells(url, () -> Future.succeededFuture(new Fetched(status, headers, Buffer.buffer(body))));
    }

    public ToldOutbound away(String url) {
        return tells(url, () -> Future.failedFuture(new Failure("nobody is there")));
    }

    public ToldOutbound tells(String url, Supplier<Future<Fetched>> answer) {
        answers.put(url, answer);
        return this;
    }

    @Override
    public Future<Fetched> get(URI url, String accept, int mostBytes) {
        asked.add(url.toString());
        var answer = answers.get(url.toString());
        return answer == null ? Future.failedFuture(new Failure("nobody is there")) : answer.get();
    }

    @Override
    public Future<Fetched> postForm(URI url, Map<String, String> form) {
        return get(url, "*/*", 0);
    }
}
