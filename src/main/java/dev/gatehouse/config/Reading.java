package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Position;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run over a file: what every reader needs, and what they collect on the way. */
final class Reading {
    private final SourceText source;
    private final Faults faults;
    private final Placeholders placeholders;
    private final Path folder;
    private final Path data;
    private final Map<String, Effective> effective = new LinkedHashMap<>();
    private final List<ClearSecret> clearSecrets = new ArrayList<>();
    private Optional<Place> unsentVerification = Optional.empty();

    /** A secret that can be read in the file, and what would keep it out of there. */
    record ClearSecret(Place place, String message, String help) {}

    Reading(SourceText source, Faults faults, Placeholders placeholders, Path folder, Path data) {
        this.source = source;
        this.faults = faults;
        this.placeholders = placeholders;
        this.folder = folder;
        this.data = data;
    }

    Faults faults() {
        return faults;
    }

    Path data() {
        return data;
    }

    /** Relative paths start from the folder of the file. */
    Path path(String text) {
        return folder.resolve(text).normalize();
    }

    Place place(Node node) {
        return source.place(node.from(), node.to());
    }

    Text raw(Node.Scalar scalar) {
        return Text.of(source, scalar);
    }

    Optional<Text> resolve(Text raw) {
        return placeholders.resolve(raw);
    }

    Position position(Node node) {
        return source.position(node.from());
    }

    void fault(Text text, Misfit misfit) {
        faults.error(misfit.code(), text.place(misfit.offset(), misfit.length()), misfit.message(), misfit.help());
    }

    /** Notes a value; what is said later of the same key wins. */
    void inForce(String path, String value, String origin) {
        effective.put(path, new Effective(path, MaskedLine.printable(value), origin));
    }

    List<Effective> effective() {
        return List.copyOf(effective.values());
    }

    void clearSecret(ClearSecret secret) {
        clearSecrets.add(secret);
    }

    List<ClearSecret> clearSecrets() {
        return clearSecrets;
    }

    /** Mail addresses are to be verified, says this place, and nothing says how mails are sent. */
    void unsentVerification(Place place) {
        unsentVerification = Optional.of(place);
    }

    Optional<Place> unsentVerification() {
        return unsentVerification;
    }
}
