package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH114;
import static dev.gatehouse.config.FaultCode.GH117;
import static dev.gatehouse.config.FaultCode.GH119;
import static dev.gatehouse.config.FaultCode.GH123;
import static dev.gatehouse.config.FaultCode.GH134;
import static dev.gatehouse.config.FaultCode.GH211;

import dev.gatehouse.config.Config.Upstream;
import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePattern.Segment;
import dev.gatehouse.vocabulary.RoutePatternParser;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** {@code static} and {@code redirect} under {@code upstream}. */
final class OwnAnswerReader {
    /** Fields that frame the answer, or that the gate says of every answer. */
    private static final Set<String> NOT_TO_BE_SET = Set.of(
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "date",
            "etag",
            "set-cookie",
            "x-request-id");

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("gif", "image/gif"),
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("png", "image/png"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("webp", "image/webp"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("xml", "application/xml"));

    private static final int TAG_BYTES = 12;
    private static final int LONGEST_URL = 2048;

    private OwnAnswerReader() {}

    static boolean isMeant(Section upstream) {
        return upstream.has("static") || upstream.has("redirect");
    }

    static Optional<Upstream> read(Section upstream) {
        String kind = upstream.has("static") ? "static" : "redirect";
        for (String other : List.of("redirect", "targets", "balance", "health", "retry", "breaker")) {
            if (other.equals(kind) || !upstream.has(other)) continue;
            upstream.reading()
                    .faults()
                    .error(
                            GH134,
                            upstream.placeOf(other),
                            "`" + other + "` cannot stand beside `" + kind + "`",
                            "an API is answered in one way; make two of it");
        }
        return kind.equals("static") ? Optional.of(fixed(upstream.section("static"))) : redirect(upstream);
    }

    private static OwnAnswer.Fixed fixed(Section section) {
        int status = section.count("status");
        Optional<String> body = section.optional("body", text -> text);
        Optional<Path> file = section.optional("file", text -> NamedFile.path(section.reading(), text));
        var headers = headers(section);
        boolean hasContent = section.has("body") || section.has("file");
        if (section.has("body") && section.has("file"))
            fault(section, "file", "`body` and `file` cannot stand together", "leave one of them out");
        if (hasContent && Set.of(204, 205, 304).contains(status))
            fault(section, "status", "an answer with " + status + " has no body", "leave `body` out, or take 200");
        if (status >= 300 && status < 400)
            fault(section, "status", "`" + status + "` needs more than a fixed answer", "write `redirect`");
        if (hasContent)
            headers.putIfAbsent("Content-Type", file.map(OwnAnswerReader::type).orElse("text/plain; charset=utf-8"));
        Buffer content = file.flatMap(found -> content(section, found))
                .or(() -> body.map(Buffer::buffer))
                .orElseGet(Buffer::buffer);
        if (status == 200) headers.put("ETag", tag(content));
        return new OwnAnswer.Fixed(status, Collections.unmodifiableMap(headers), content, file);
    }

    /** What says that a copy is still the same (RFC 9110 §8.8.3). */
    private static String tag(Buffer content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes());
            return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, TAG_BYTES)) + '"';
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    private static void fault(Section section, String key, String message, String help) {
        section.reading().faults().error(GH134, section.placeOf(key), message, help);
    }

    private static Optional<Buffer> content(Section section, Path file) {
        return section.given("file")
                .flatMap(text -> section.attempt(text, name -> Buffer.buffer(NamedFile.bytes(file))));
    }

    private static String type(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
    }

    /** With the spelling of the names as written; no name twice, whatever its spelling. */
    private static Map<String, String> headers(Section section) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(ExposureReader.fields(section, name -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean ours = NOT_TO_BE_SET.contains(lower) || lower.startsWith("access-control-");
            if (ours) throw new Misfit(GH123, "`" + name + "` is not for an answer of the file to say", null);
            return name;
        }));
        return headers;
    }

    private static Optional<Upstream> redirect(Section upstream) {
        int status = Integer.parseInt(upstream.choice("status"));
        return upstream.optional("redirect", text -> redirect(text, status));
    }

    private static OwnAnswer.Redirect redirect(String text, int status) {
        int slash = text.startsWith("/") ? 0 : text.indexOf('/', text.indexOf("://") + 3);
        String origin = text.substring(0, slash < 0 ? text.length() : slash);
        String path = slash < 0 ? "/" : text.substring(slash);
        if (text.length() > LONGEST_URL)
            throw new Misfit(GH114, "the URL is longer than " + LONGEST_URL + " characters", null);
        if (origin.contains("{"))
            throw new Misfit(
                    GH117, "the host of a redirect has no variables", "callers would say where others are sent");
        if (!origin.isEmpty()) Urls.page(origin);
        RoutePattern pattern = WrittenRule.fitting(GH119, Math.max(slash, 0), () -> RoutePatternParser.parse(path));
        return new OwnAnswer.Redirect(URI.create(origin), pattern, status);
    }

    /** Every route of the API has what the redirect needs of it, and asks for nothing that would be ignored. */
    static void check(Section api, Upstream upstream, List<RouteReader.Read> routes) {
        if (!(upstream instanceof OwnAnswer)) return;
        for (RouteReader.Read read : routes) {
            if (read.route().terms().rewrite().isPresent())
                api.reading()
                        .faults()
                        .error(GH134, read.key().place(), "nothing sees what `rewrite` makes of the path", "remove it");
            if (upstream instanceof OwnAnswer.Redirect redirect) check(api, redirect, read);
        }
    }

    private static void check(Section api, OwnAnswer.Redirect redirect, RouteReader.Read read) {
        List<Segment> segments = read.route().pattern().segments();
        for (Segment needed : redirect.path().segments()) {
            if (needed instanceof Segment.Literal || segments.contains(needed)) continue;
            String name = needed instanceof Segment.Variable variable ? "{" + variable.name() + "}" : "/**";
            api.reading()
                    .faults()
                    .error(
                            GH211,
                            read.key().place(),
                            "the redirect needs `" + name + "`, and this route has none",
                            "give the route an API of its own");
        }
    }
}
