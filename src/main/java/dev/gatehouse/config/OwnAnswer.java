package dev.gatehouse.config;

import dev.gatehouse.vocabulary.RoutePattern;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What the gate answers by itself, once the request may pass: nothing stands behind such an API. */
public sealed interface OwnAnswer extends Config.Upstream {
    /** The same answer for everybody. {@code content} is the text, or what the file held when the settings were read. */
    record Fixed(
            @Setting(
                            form = Form.COUNT,
                            value = "The status of the answer; not a redirect.",
                            byDefault = "200",
                            from = "200",
                            to = "599")
                    int status,
            @Setting(
                            form = Form.FIELDS,
                            value =
                                    "Header fields of the answer. `Content-Type` is plain text, or what the name of the file says; the gate's own `Content-Security-Policy`, `Referrer-Policy` and the like stand there unless they are named here.",
                            leftOut = "none",
                            example = "Cache-Control: public, max-age=3600")
                    Map<String, String> headers,
            @Setting(
                            form = Form.TEXT,
                            key = "body",
                            value = "The body as text.",
                            leftOut = "no body, or that of `file`",
                            example = "We are back on Monday.")
                    Buffer content,
            @Setting(
                            form = Form.PATH_OF_FILE,
                            value = "A file to send, up to 1 MiB; read anew when it changes.",
                            leftOut = "no file",
                            example = "pages/maintenance.html")
                    Optional<Path> file)
            implements OwnAnswer {}

    /** Somewhere else. {@code target} has no path; {@code path} has variables of the routes, so that no caller has a say in where. */
    record Redirect(URI target, RoutePattern path, int status) implements OwnAnswer {}
}
