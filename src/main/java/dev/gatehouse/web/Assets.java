package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/** What our pages load: few small files, in memory, plain and compressed. Their names hold a hash of what is in them, so a browser keeps them for ever. */
public final class Assets {
    static final String STEM = "/_gate/assets/";
    private static final String FOREVER = "public, max-age=31536000, immutable";
    private static final Map<String, String> FILES = Map.of(
            "form-post.js", "text/javascript; charset=utf-8",
            "gatehouse.css", "text/css; charset=utf-8",
            "gatehouse.svg", "image/svg+xml",
            "passkey.js", "text/javascript; charset=utf-8",
            "password.js", "text/javascript; charset=utf-8");

    private final Supplier<Brand> brand;
    private final Map<String, String> hrefs = new HashMap<>();
    private final Map<String, Asset> served = new HashMap<>();

    private record Asset(Reply plain, Reply compressed) {}

    Assets(Supplier<Brand> brand) {
        this.brand = brand;
        FILES.forEach((name, type) -> add(name, type, read(name)));
    }

    /** Where a file is found under its present name. */
    String href(String name) {
        String href = hrefs.get(name);
        if (href == null) throw new IllegalArgumentException("no asset " + name);
        return href;
    }

    /** Where the house's colour is found; empty where it has none. */
    String accentHref(Brand brand) {
        return brand.accent()
                .flatMap(Accent::of)
                .map(accent -> STEM + "accent." + hash(bytes(accent.css())) + ".css")
                .orElse("");
    }

    /** Where the house's picture is found. */
    static String href(Brand.Picture logo) {
        return STEM + "logo." + hash(logo.content()) + "." + logo.suffix();
    }

    /** GET /_gate/assets/{name} */
    Future<Reply> asset(Call call) {
        if (call.path().equals(accentHref(brand.get()))) return Future.succeededFuture(accent());
        Optional<Brand.Picture> logo = brand.get().logo();
        if (logo.isPresent() && call.path().equals(href(logo.get())))
            return Future.succeededFuture(reply(logo.get().type(), logo.get().content()));
        Asset asset = served.get(call.path().substring(STEM.length()));
        if (asset == null) throw Reason.NO_ROUTE.because("nothing is at this address");
        return Future.succeededFuture(takesGzip(call) ? asset.compressed() : asset.plain());
    }

    private Reply accent() {
        String css = brand.get().accent().flatMap(Accent::of).map(Accent::css).orElse("");
        return reply("text/css; charset=utf-8", bytes(css));
    }

    private void add(String name, String type, byte[] content) {
        int dot = name.lastIndexOf('.');
        String hashed = name.substring(0, dot) + "." + hash(content) + name.substring(dot);
        hrefs.put(name, STEM + hashed);
        served.put(hashed, asset(type, content));
    }

    private static Reply reply(String type, byte[] content) {
        return new Reply(
                200,
                List.of(
                        Map.entry("Content-Type", type),
                        Map.entry("Cache-Control", FOREVER),
                        Map.entry("Cross-Origin-Resource-Policy", "same-origin")),
                Buffer.buffer(content));
    }

    private static Asset asset(String type, byte[] content) {
        Reply plain = reply(type, content).with("Vary", "Accept-Encoding");
        Reply compressed =
                reply(type, gzip(content)).with("Vary", "Accept-Encoding").with("Content-Encoding", "gzip");
        return new Asset(plain, compressed);
    }

    private static boolean takesGzip(Call call) {
        return String.join(",", call.headers().getAll("Accept-Encoding")).contains("gzip");
    }

    private static byte[] gzip(byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static String hash(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream("assets/" + name)) {
            if (in == null) throw new IllegalStateException("assets/" + name + " is missing from the build");
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException("assets/" + name + " cannot be read", broken);
        }
    }
}
