package dev.gatehouse.outbound;

import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.outbound.GuardedClient.Fetched;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call to somebody, with all its redirects, from the name to the end of the answer. */
final class Errand {
    private static final Logger LOG = LoggerFactory.getLogger(Errand.class);
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final PublicClient rules;
    private final Vertx vertx;
    private final HttpClient client;
    private final CoolDowns coolDowns;
    private final Asked asked;
    private final Promise<Fetched> end = Promise.promise();
    private volatile @Nullable HttpClientRequest current;
    private volatile String host = "";

    /** {@code redirects} zero: a redirect is an answer. */
    record Asked(HttpMethod method, String accept, Buffer body, int mostBytes, int redirects) {}

    Errand(PublicClient rules, Vertx vertx, HttpClient client, CoolDowns coolDowns, Asked asked) {
        this.rules = rules;
        this.vertx = vertx;
        this.client = client;
        this.coolDowns = coolDowns;
        this.asked = asked;
    }

    /** Also while it still waits for its turn. */
    void endsWithin(Duration limit) {
        long timer = vertx.setTimer(limit.toMillis(), late -> {
            if (!host.isEmpty()) coolDowns.failed(host);
            if (end.tryFail(new Failure("it took too long"))) hangUp();
        });
        end.future().onComplete(ended -> vertx.cancelTimer(timer));
    }

    /** All of it on one event loop, whoever asks: elsewhere an answer could be over before anybody listens. */
    Future<Fetched> to(URI url) {
        vertx.getOrCreateContext().runOnContext(go -> step(url, asked.redirects()));
        return end.future();
    }

    private void step(URI url, int redirects) {
        if (end.future().isComplete()) return;
        Target target;
        try {
            target = Target.of(url);
        } catch (Failure failure) {
            end.tryFail(failure);
            return;
        }
        if (coolDowns.cooling(target.authority())) {
            end.tryFail(new Failure("the host failed several times just now and is left alone for a while"));
            return;
        }
        host = target.authority();
        rules.address(target)
                .compose(address -> connected(target, address))
                .compose(request -> answered(request))
                .onSuccess(response -> take(url, response, redirects))
                .onFailure(this::failed);
    }

    private Future<HttpClientRequest> connected(Target target, InetAddress address) {
        if (!target.tls()) return client.request(options(target, address));
        return rules.roots().compose(roots -> client.request(options(target, address, roots)));
    }

    private RequestOptions options(Target target, InetAddress address, ClientSSLOptions roots) {
        return options(target, address).setSsl(true).setSslOptions(roots);
    }

    /** The connection goes to the address; the name stands in {@code Host}, in SNI, and in the certificate. */
    private RequestOptions options(Target target, InetAddress address) {
        var options = new RequestOptions()
                .setMethod(asked.method())
                .setServer(SocketAddress.inetSocketAddress(target.port(), address.getHostAddress()))
                .setHost(target.host())
                .setPort(target.port())
                .setURI(target.path())
                .setSsl(false)
                .putHeader("Accept", asked.accept())
                .putHeader("User-Agent", "gatehouse");
        return asked.method().equals(HttpMethod.POST)
                ? options.putHeader("Content-Type", "application/x-www-form-urlencoded")
                : options;
    }

    private Future<HttpClientResponse> answered(HttpClientRequest request) {
        current = request;
        if (end.future().isComplete()) hangUp();
        return asked.method().equals(HttpMethod.POST) ? request.send(asked.body()) : request.send();
    }

    private void take(URI url, HttpClientResponse response, int redirects) {
        String location = response.getHeader("Location");
        if (asked.redirects() > 0 && location != null && REDIRECTS.contains(response.statusCode())) {
            hangUp();
            follow(url, location, redirects);
            return;
        }
        String coding = response.getHeader("Content-Encoding");
        if (coding != null && !coding.equalsIgnoreCase("identity")) {
            refuse("the answer is in a content coding that nobody asked for");
        } else if (announced(response) > asked.mostBytes()) {
            refuse("the answer is larger than " + asked.mostBytes() + " bytes");
        } else {
            read(response);
        }
    }

    private void follow(URI url, String location, int redirects) {
        if (redirects == 0) {
            end.tryFail(new Failure("there were too many redirects"));
            return;
        }
        try {
            step(url.resolve(location), redirects - 1);
        } catch (IllegalArgumentException notAUrl) {
            end.tryFail(new Failure("a redirect leads to something that is not a URL"));
        }
    }

    private void read(HttpClientResponse response) {
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
            if (end.future().isComplete()) return;
            if (body.length() + chunk.length() > asked.mostBytes())
                refuse("the answer is larger than " + asked.mostBytes() + " bytes");
            else body.appendBuffer(chunk);
        });
        response.exceptionHandler(this::failed);
        response.endHandler(whole -> {
            coolDowns.answered(host);
            end.tryComplete(new Fetched(response.statusCode(), headers(response), body));
        });
    }

    private static Map<String, String> headers(HttpClientResponse response) {
        var headers = new HashMap<String, String>();
        response.headers()
                .forEach((name, value) ->
                        headers.merge(name.toLowerCase(Locale.ROOT), value, (one, other) -> one + ", " + other));
        return Map.copyOf(headers);
    }

    private static long announced(HttpClientResponse response) {
        String length = response.getHeader("Content-Length");
        return length != null && length.matches("[0-9]{1,18}") ? Long.parseLong(length) : 0;
    }

    private void refuse(String sentence) {
        coolDowns.failed(host);
        end.tryFail(new Failure(sentence));
        hangUp();
    }

    private void failed(Throwable why) {
        if (end.future().isComplete()) return;
        LOG.debug("{} could not be called", host, why);
        if (!(why instanceof Failure)) coolDowns.failed(host);
        end.tryFail(why instanceof Failure said ? said : new Failure(sentence(why)));
        hangUp();
    }

    private static String sentence(Throwable why) {
        if (why instanceof UnknownHostException) return "the name of the host is not known";
        if (why instanceof SSLException) return "the host has no certificate that is trusted here";
        return "the host could not be reached, or its answer was not one";
    }

    private void hangUp() {
        HttpClientRequest request = current;
        if (request != null) request.reset();
    }
}
