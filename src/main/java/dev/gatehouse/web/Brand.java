package dev.gatehouse.web;

import dev.gatehouse.config.Branding;
import dev.gatehouse.config.OwnTexts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whose pages these are: what an operator sets instead of forking a template. {@code accent} is {@code #rrggbb}. */
public record Brand(
        String name, Optional<Picture> logo, Optional<String> accent, Optional<String> support, List<OwnTexts> texts) {
    public static final Brand HOUSE =
            new Brand("Gatehouse", Optional.empty(), Optional.empty(), Optional.empty(), List.of());

    /** A picture as it is sent. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Picture(String suffix, String type, byte[] content) {}

    /** Reads the picture from its file: not for an event loop. */
    public static Brand of(Branding settings) {
        return new Brand(
                settings.name(),
                settings.logo().map(Brand::picture),
                settings.accent(),
                settings.support().map(URI::toString),
                settings.texts());
    }

    private static Picture picture(Path file) {
        try {
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
            String suffix = name.substring(name.lastIndexOf('.') + 1);
            return new Picture(suffix, type(suffix), Files.readAllBytes(file));
        } catch (IOException gone) {
            throw new UncheckedIOException(file + " cannot be read", gone);
        }
    }

    private static String type(String suffix) {
        return switch (suffix) {
            case "svg" -> "image/svg+xml";
            case "jpg", "jpeg" -> "image/jpeg";
            case "webp" -> "image/webp";
            default -> "image/png";
        };
    }
}
