package dev.gatehouse.outbound;

import dev.gatehouse.config.OutboundSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.ClientSSLOptions;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out. A name is resolved once, by us; every address it has is judged, and the connection goes to one of the addresses that were judged, so a name server
 * that changes its mind meanwhile changes nothing. No cookies, no compression, no connection that stays.
 */
public final class PublicClient implements GuardedClient {
    static final Duration TIME_LIMIT = Duration.ofSeconds(5);
    static final int MOST_REDIRECTS = 3;
    /** Nobody reads what is answered to a form. */
    static final int MOST_OF_AN_ANSWER = 16 * 1024;

    private static final Duration PERMIT_LIMIT = Duration.ofSeconds(2);
    private static final int THROUGH = 64;
    private static final int WAITING = 512;
    static final int PER_HOST = 16;
    private static final int HEADER_LIMIT = 16 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(PublicClient.class);

    private final Vertx vertx;
    private final Supplier<OutboundSettings> settings;
    private final Names names;
    private final HttpClient client;
    private final CoolDowns coolDowns;
    private final Duration timeLimit;
    private final Roots roots = new Roots();
    private final Turnstile turnstile = new Turnstile(THROUGH, WAITING, PER_HOST);
    private final SingleFlight<Wanted, Fetched> flights = new SingleFlight<>();

    private record Wanted(URI url, Errand.Asked asked) {}

    public PublicClient(Vertx vertx, Supplier<OutboundSettings> settings, InstantSource clock) {
        this(vertx, settings, Names.ofThisMachine(vertx), clock, TIME_LIMIT);
    }

    PublicClient(
            Vertx vertx, Supplier<OutboundSettings> settings, Names names, InstantSource clock, Duration timeLimit) {
        this.vertx = vertx;
        this.settings = settings;
        this.names = names;
        this.coolDowns = new CoolDowns(clock);
        this.timeLimit = timeLimit;
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setKeepAlive(false)
                        .setMaxHeaderSize(HEADER_LIMIT)
                        .setConnectTimeout((int) TIME_LIMIT.toMillis()),
                new PoolOptions().setHttp1MaxSize(THROUGH).setMaxWaitQueueSize(WAITING));
    }

    @Override
    public Future<Fetched> get(URI url, String accept, int mostBytes) {
        return fetch(url, new Errand.Asked(HttpMethod.GET, accept, Buffer.buffer(), mostBytes, MOST_REDIRECTS));
    }

    @Override
    public Future<Fetched> getWithoutRedirects(URI url, String accept, int mostBytes) {
        return fetch(url, new Errand.Asked(HttpMethod.GET, accept, Buffer.buffer(), mostBytes, 0));
    }

    @Override
    public Future<Fetched> postForm(URI url, Map<String, String> form) {
        Buffer body = Buffer.buffer(form.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&")));
        return SingleFlight.told(run(url, new Errand.Asked(HttpMethod.POST, "*/*", body, MOST_OF_AN_ANSWER, 0)));
    }

    @Override
    public Future<Void> permit(URI url) {
        Target target;
        try {
            target = Target.of(url);
        } catch (Failure failure) {
            return Future.failedFuture(failure);
        }
        return SingleFlight.told(addresses(target)
                .timeout(PERMIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                // A name that nobody knows leads nowhere; it is judged again when it is called.
                .otherwise(List.of())
                .compose(found -> judged(target, found)));
    }

    @Override
    public Vertx asVertx() {
        return new GuardedHttp(vertx, this, timeLimit).asVertx();
    }

    private Future<Fetched> fetch(URI url, Errand.Asked asked) {
        return flights.ask(new Wanted(url, asked), () -> run(url, asked));
    }

    private Future<Fetched> run(URI url, Errand.Asked asked) {
        String host = String.valueOf(url.getHost());
        var errand = new Errand(this, vertx, client, coolDowns, asked);
        errand.endsWithin(timeLimit);
        return turnstile.pass(host, () -> errand.to(url));
    }

    private Future<Void> judged(Target target, List<InetAddress> found) {
        try {
            if (!found.isEmpty() || !target.tls())
                target.chosen(found, settings.get().allow());
            return Future.succeededFuture();
        } catch (Failure failure) {
            return Future.failedFuture(failure);
        }
    }

    /** Once; whoever asks connects to what was judged. */
    Future<InetAddress> address(Target target) {
        return addresses(target).compose(found -> {
            try {
                return Future.succeededFuture(
                        target.chosen(found, settings.get().allow()));
            } catch (Failure failure) {
                return Future.failedFuture(failure);
            }
        });
    }

    Future<ClientSSLOptions> roots() {
        Optional<Path> ca = settings.get().ca();
        return vertx.executeBlocking(() -> roots.with(ca), false).recover(failure -> {
            LOG.warn("the certificates that are trusted cannot be read: {}", failure.toString());
            return Future.failedFuture(new Failure("the certificates that are trusted here could not be read"));
        });
    }

    private Future<List<InetAddress>> addresses(Target target) {
        return target.literal()
                .map(literal -> Future.succeededFuture(List.of(literal)))
                .orElseGet(() -> names.addresses(target.host()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
