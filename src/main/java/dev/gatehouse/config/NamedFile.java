package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH117;
import static dev.gatehouse.config.FaultCode.GH122;
import static dev.gatehouse.config.FaultCode.GH138;
import static dev.gatehouse.config.FaultCode.GH139;

import dev.gatehouse.vocabulary.CertifiedKey;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code file:} and a path: a file that is there and can be read. */
final class NamedFile {
    private static final int LARGEST = 1 << 20;
    private static final Set<String> PRIVATE_MEMBERS = Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    private NamedFile() {}

    static Path of(Reading reading, String text) {
        if (!text.startsWith("file:"))
            throw new Misfit(GH117, "`" + text + "` is not a key file", "write `file:` and a path");
        return path(reading, text);
    }

    /** Where only a file can stand, {@code file:} can be left out. */
    static Path path(Reading reading, String text) {
        String name = text.startsWith("file:") ? text.substring("file:".length()) : text;
        try {
            Path file = reading.path(name);
            if (Files.isReadable(file) && Files.isRegularFile(file)) return file;
        } catch (InvalidPathException broken) {
            // Said below, as of every file that is not there.
        }
        throw new Misfit(GH122, "`" + name + "` cannot be read", "paths start from the folder of this file");
    }

    /** One that holds certificates (PEM). */
    static Path certificates(Reading reading, String text) {
        Path file = path(reading, text);
        try {
            CertifiedKey.certificates(file);
            return file;
        } catch (IOException unreadable) {
            throw new Misfit(GH122, "`" + text + "` cannot be read", null);
        } catch (CertifiedKey.Unusable wrong) {
            throw new Misfit(GH139, "`" + text + "` is no certificate: " + wrong.getMessage(), null);
        }
    }

    /** A certificate and its key, which come together and fit each other. */
    static void pair(Section section, Optional<Path> cert, Optional<Path> key) {
        if (section.has("cert") != section.has("key")) {
            section.reading()
                    .faults()
                    .error(GH139, section.place(), "`cert` and `key` come together", "name the file of the other one");
        }
        if (cert.isEmpty() || key.isEmpty()) return;
        try {
            CertifiedKey.read(cert.get(), key.get());
        } catch (IOException unreadable) {
            section.reading().faults().error(GH122, section.placeOf("key"), "the key cannot be read", null);
        } catch (GeneralSecurityException wrong) {
            section.reading().faults().error(GH139, section.placeOf("key"), String.valueOf(wrong.getMessage()), null);
        }
    }

    static Path picture(Reading reading, String text) {
        Path file = path(reading, text);
        if (text.matches("(?i).*\\.(svg|png|jpe?g|webp)")) return file;
        throw new Misfit(GH138, "`" + text + "` is no picture that browsers show", "it takes SVG, PNG, JPEG and WebP");
    }

    /** A JWK Set (RFC 7517 §5) of public keys; whether each key can serve is seen where it is used. */
    static Map<String, Object> jwks(Reading reading, String text) {
        try {
            var set = new JsonObject(new String(bytes(of(reading, text)), StandardCharsets.UTF_8));
            if (set.getValue("keys") instanceof JsonArray keys && !keys.isEmpty()) return checked(set, keys, text);
        } catch (DecodeException broken) {
            // Said below, as of every file that holds something else.
        }
        throw new Misfit(GH138, "`" + text + "` holds no JWK Set", "it takes `{\"keys\": […]}` with public keys");
    }

    private static Map<String, Object> checked(JsonObject set, JsonArray keys, String text) {
        for (Object key : keys) {
            if (key instanceof JsonObject jwk && jwk.fieldNames().stream().anyMatch(PRIVATE_MEMBERS::contains))
                throw new Misfit(
                        GH138,
                        "`" + text + "` holds a private key",
                        "only its owner should have it; write the public one");
        }
        return set.getMap();
    }

    /** All of it, up to 1 MiB. */
    static byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length <= LARGEST) return bytes;
        } catch (IOException broken) {
            throw new Misfit(GH122, "`" + file.getFileName() + "` cannot be read", null);
        }
        throw new Misfit(GH122, "`" + file.getFileName() + "` is larger than 1 MiB", null);
    }
}
