package dev.gatehouse.edge;

import dev.gatehouse.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** An API on Vert.x that says how it was spoken to. */
final class Site implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    final HttpServer server;
    private final String scheme;

    Site(String scheme, UnaryOperator<HttpServerOptions> with, Consumer<HttpServerRequest> answering) throws Exception {
        this(scheme, 0, with, answering);
    }

    Site(String scheme, int port, UnaryOperator<HttpServerOptions> with, Consumer<HttpServerRequest> answering)
            throws Exception {
        this.scheme = scheme;
        server = vertx.createHttpServer(with.apply(new HttpServerOptions()))
                .requestHandler(answering::accept)
                .listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    static Site tls(String scheme, List<HttpVersion> offered, TestCertificate shown) throws Exception {
        return new Site(scheme, options -> tls(options, offered, shown), Site::tell);
    }

    static HttpServerOptions tls(HttpServerOptions options, List<HttpVersion> offered, TestCertificate shown) {
        return options.setSsl(true)
                .setUseAlpn(true)
                .setAlpnVersions(offered)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(shown.cert().toString())
                        .addKeyPath(shown.key().toString()));
    }

    static void tell(HttpServerRequest request) {
        request.response()
                .end(request.version() + " " + request.authority() + " " + request.uri() + " "
                        + request.getHeader("X-Forwarded-Host"));
    }

    URI url() {
        return URI.create(scheme + "://localhost:" + server.actualPort() + "/base");
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
