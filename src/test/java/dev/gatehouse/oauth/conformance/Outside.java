package dev.gatehouse.oauth.conformance;

import dev.gatehouse.outbound.NoWayOut;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What others publish, and what they were told: the world that a house calls, without a network. */
final class Outside extends NoWayOut {
    record Told(URI url, Map<String, String> form) {}

    private final Map<String, Buffer> published = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Told> told = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<URI> asked = new CopyOnWriteArrayList<>();

    void publish(String url, String json) {
        published.put(url, Buffer.buffer(json));
    }

    ArrayList<Told> told() {
        return new ArrayList<>(told);
    }

    ArrayList<URI> asked() {
        return new ArrayList<>(asked);
    }

    @Override
    public Future<Fetched> get(URI url, String accept, int mostBytes) {
        asked.add(url);
        Buffer body = published.get(url.toString());
        return Future.succeededFuture(
                body == null
                        ? new Fetched(404, Map.of(), Buffer.buffer())
                        : new Fetched(200, Map.of("content-type", "application/json"), body));
    }

    @Override
    public Future<Fetched> postForm(URI url, Map<String, String> form) {
        told.add(new Told(url, form));
        return Future.succeededFuture(new Fetched(200, Map.of(), Buffer.buffer()));
    }
}
