package dev.gatehouse.oauth.authorize;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** A picture of points, known by how it begins, whatever its sender calls it. Nothing that could hold a script is one: an SVG is a document. */
record Picture(String type, Buffer content) {
    /** What a server is asked for. */
    static final String TYPES = "image/png, image/jpeg, image/webp, image/gif";

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

    /** Empty for anything else. */
    static Optional<Picture> of(Buffer content) {
        return type(content).map(type -> new Picture(type, content));
    }

    private static Optional<String> type(Buffer content) {
        if (has(content, 0, PNG)) return Optional.of("image/png");
        if (has(content, 0, JPEG)) return Optional.of("image/jpeg");
        if (has(content, 0, ascii("GIF87a")) || has(content, 0, ascii("GIF89a"))) return Optional.of("image/gif");
        if (has(content, 0, ascii("RIFF")) && has(content, 8, ascii("WEBP"))) return Optional.of("image/webp");
        return Optional.empty();
    }

    private static boolean has(Buffer content, int at, byte[] wanted) {
        return content.length() >= at + wanted.length
                && Arrays.equals(content.getBytes(at, at + wanted.length), wanted);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
