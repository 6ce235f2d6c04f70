package dev.gatehouse.outbound;

import static dev.gatehouse.store.TestDatabase.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Somebody's web server on this machine, with a certificate for {@code site.example}, {@code other.example} and {@code localhost} that is its own root. */
public final class TestSite implements AutoCloseable {
    private static final String PASSWORD = "changeit";
    private static final Path STORE = made("site.example", "other.example", "localhost");

    public final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    public volatile Consumer<HttpServerRequest> answering;
    private final HttpServer server;
    private final boolean tls;

    private TestSite(Vertx vertx, boolean tls, Consumer<HttpServerRequest> answering) {
        this.answering = answering;
        this.tls = tls;
        var options = new HttpServerOptions().setSsl(tls);
        if (tls)
            options.setKeyCertOptions(new PfxOptions().setPath(STORE.toString()).setPassword(PASSWORD));
        this.server = await(vertx.createHttpServer(options)
                .requestHandler(request -> {
                    requests.add(request.method() + " " + request.authority() + request.uri());
                    this.answering.accept(request);
                })
                .listen(0, "127.0.0.1"));
    }

    public static TestSite https(Vertx vertx, Consumer<HttpServerRequest> answering) {
        return new TestSite(vertx, true, answering);
    }

    public static TestSite http(Vertx vertx, Consumer<HttpServerRequest> answering) {
        return new TestSite(vertx, false, answering);
    }

    public int port() {
        return server.actualPort();
    }

    public String url(String path) {
        return (tls ? "https://site.example:" : "http://127.0.0.1:") + port() + path;
    }

    /** The root that its certificate is signed with, as a PEM file. */
    public static Path root() {
        return STORE.resolveSibling("root.pem");
    }

    @Override
    public void close() {
        await(server.close());
    }

    private static Path made(String... names) {
        try {
            Path folder = Files.createTempDirectory("gatehouse-site");
            Path store = folder.resolve("site.p12");
            var keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "site",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=site",
                            "-ext",
                            "san=dns:" + String.join(",dns:", names),
                            "-ext",
                            "bc=ca:true",
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD,
                            "-keystore",
                            store.toString())
                    .start();
            if (keytool.waitFor() != 0) throw new IllegalStateException("keytool failed");
            byte[] certificate = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray())
                    .getCertificate("site")
                    .getEncoded();
            String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate);
            Files.writeString(
                    folder.resolve("root.pem"),
                    "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
            return store;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException | GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
