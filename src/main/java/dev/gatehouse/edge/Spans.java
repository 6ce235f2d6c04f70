package dev.gatehouse.edge;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spans on their way to a collector of OpenTelemetry: OTLP over HTTP, as JSON. Whoever makes one never waits: a bounded number is kept, one request with a batch of them
 * is under way at a time, and what finds no place or no collector is lost and counted (decision 0208).
 */
public final class Spans {
    static final int MOST_WAITING = 2_048;
    static final int BATCH = 512;
    private static final long EVERY_MILLIS = 500;
    private static final int CONNECT_MILLIS = 2_000;
    private static final long ANSWER_SECONDS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(Spans.class);

    private final @Nullable Way way;
    private final BlockingQueue<Span> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final LongAdder sent = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private volatile boolean underWay;
    private volatile boolean reached = true;

    private record Way(Vertx vertx, HttpClient client, RequestOptions request, JsonObject resource, long timer) {}

    private Spans(@Nullable Way way) {
        this.way = way;
    }

    /** Nobody wants any. */
    public static Spans off() {
        return new Spans(null);
    }

    /** {@code collector} as {@code OTEL_EXPORTER_OTLP_ENDPOINT} names it: {@code /v1/traces} comes after it. */
    public static Spans to(Vertx vertx, URI collector, String version) {
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setSsl(collector.getScheme().equals("https")),
                new PoolOptions().setHttp1MaxSize(1));
        String base = collector.toString();
        var request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/v1/traces")
                .putHeader("Content-Type", "application/json");
        var resource = new JsonObject()
                .put(
                        "attributes",
                        new JsonArray().add(text("service.name", "gatehouse")).add(text("service.version", version)));
        var made = new Spans[1];
        long timer = vertx.setPeriodic(EVERY_MILLIS, tick -> made[0].send());
        made[0] = new Spans(new Way(vertx, client, request, resource, timer));
        return made[0];
    }

    public boolean areWanted() {
        return way != null;
    }

    void add(Span span) {
        if (!waiting.offer(span)) lost.increment();
    }

    /** How many requests the collector has been told of. */
    public long sent() {
        return sent.sum();
    }

    /** How many it has not, because it was away or too slow. */
    public long lost() {
        return lost.sum();
    }

    /** What waits is sent, if the collector takes it now. */
    public Future<Void> close() {
        if (way == null) return Future.succeededFuture();
        way.vertx().cancelTimer(way.timer());
        return batch(way).eventually(way.client()::close);
    }

    private void send() {
        if (way == null || underWay || waiting.isEmpty()) return;
        underWay = true;
        batch(way).onComplete(done -> underWay = false);
    }

    private Future<Void> batch(Way to) {
        var spans = new ArrayList<Span>();
        waiting.drainTo(spans, BATCH);
        if (spans.isEmpty()) return Future.succeededFuture();
        return to.client()
                .request(to.request())
                .compose(request -> tell(request, body(to, spans)))
                .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .onSuccess(taken -> told(spans.size()))
                .onFailure(failure -> lost(spans.size(), failure))
                .otherwiseEmpty();
    }

    private static Future<Void> tell(HttpClientRequest request, Buffer body) {
        return request.send(body)
                .compose(answer -> {
                    if (answer.statusCode() / 100 != 2)
                        return Future.failedFuture("the collector said " + answer.statusCode());
                    return answer.end();
                })
                .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .onFailure(late -> request.reset());
    }

    private static Buffer body(Way to, List<Span> some) {
        var spans = new JsonArray();
        for (Span span : some) span.writeTo(spans);
        var scope = new JsonObject()
                .put("scope", new JsonObject().put("name", "gatehouse"))
                .put("spans", spans);
        var all = new JsonObject().put("resource", to.resource()).put("scopeSpans", new JsonArray().add(scope));
        return new JsonObject().put("resourceSpans", new JsonArray().add(all)).toBuffer();
    }

    private void told(int count) {
        if (!reached) LOG.info("the collector of traces takes spans again; {} requests were not told of", lost());
        reached = true;
        sent.add(count);
    }

    private void lost(int count, Throwable failure) {
        if (reached) LOG.warn("the collector of traces takes no spans: {}", failure.getMessage());
        reached = false;
        lost.add(count);
    }

    private static JsonObject text(String key, String value) {
        return new JsonObject().put("key", key).put("value", new JsonObject().put("stringValue", value));
    }
}
