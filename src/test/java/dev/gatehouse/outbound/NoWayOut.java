package dev.gatehouse.outbound;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.Map;

/** A house that calls nobody, though every address may be named. Tests whose house makes some calls extend it by those. */
public class NoWayOut implements GuardedClient {
    @Override
    public Future<Fetched> get(URI url, String accept, int mostBytes) {
        return Future.failedFuture(new Failure("nothing is fetched from here"));
    }

    /** No redirect is ever answered. */
    @Override
    public Future<Fetched> getWithoutRedirects(URI url, String accept, int mostBytes) {
        return get(url, accept, mostBytes);
    }

    @Override
    public Future<Fetched> postForm(URI url, Map<String, String> form) {
        return Future.failedFuture(new Failure("nothing is sent from here"));
    }

    @Override
    public Vertx asVertx() {
        throw new UnsupportedOperationException("no library makes calls from here");
    }

    @Override
    public Future<Void> permit(URI url) {
        return Future.succeededFuture();
    }
}
