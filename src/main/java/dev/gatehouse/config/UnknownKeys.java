package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH105;
import static dev.gatehouse.config.FaultCode.GH190;

import dev.gatehouse.config.Node.Mapping;
import dev.gatehouse.config.Node.Member;
import dev.gatehouse.config.Node.Scalar;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The keys of a section that its record does not describe: misspelt ones, ones that belong elsewhere, and ones that come later. */
final class UnknownKeys {
    /** For every key the sections that take it. */
    private static final Map<String, List<String>> HOMES = homes();

    private final Reading reading;
    private final String path;
    private final List<String> known;
    private final List<String> later;
    private final boolean others;

    UnknownKeys(Reading reading, String path, Collection<Key> keys, List<String> later) {
        this.reading = reading;
        this.path = path;
        this.known = keys.stream()
                .filter(key -> !key.isNested() && key.form() != Form.OTHERS)
                .map(Key::name)
                .toList();
        this.others = keys.stream().anyMatch(key -> key.form() == Form.OTHERS);
        this.later = later;
    }

    /** Faults them, and answers which known keys they were most likely meant to be. */
    Set<String> among(Mapping mapping) {
        var meant = new HashSet<String>();
        for (Member member : mapping.members()) {
            String name = member.key().text();
            if (later.contains(name)) notYet(member);
            else if (!known.contains(name) && !(others && isProvider(member)))
                DidYouMean.word(name, unknown(member)).ifPresent(meant::add);
        }
        return meant;
    }

    private List<String> unknown(Member member) {
        String name = member.key().text();
        var here = Stream.concat(known.stream(), later.stream()).toList();
        Optional<String> meant = DidYouMean.question(name, here);
        Optional<String> home = Optional.ofNullable(HOMES.get(name))
                .map(homes -> "`" + name + "` belongs to " + String.join(" or ", homes));
        String help = Stream.of(meant, home).flatMap(Optional::stream).collect(Collectors.joining(" "));
        String where = path.isEmpty() ? "at the top level" : "in `" + path + "`";
        reading.faults()
                .error(
                        GH105,
                        reading.place(member.key()),
                        "`" + name + "` is not a key " + where,
                        help.isEmpty() ? knownHere() : help);
        return here;
    }

    private String knownHere() {
        return known.isEmpty() ? "nothing can be set here" : "the keys here are " + Written.listed(known);
    }

    private void notYet(Member member) {
        if (isOff(member.value())) return;
        String name = member.key().text();
        reading.faults()
                .error(
                        GH190,
                        reading.place(member.key()),
                        "`" + name + "` is not available yet",
                        "remove it, or write `" + name + ": off`");
    }

    /** Providers have names of their own choosing; {@code type} gives them away. */
    static boolean isProvider(Member member) {
        return member.value() instanceof Mapping section
                && section.members().stream().anyMatch(each -> each.key().text().equals("type"));
    }

    private boolean isOff(Node node) {
        if (node instanceof Node.Refused) return true;
        return node instanceof Scalar scalar
                && reading.resolve(reading.raw(scalar))
                        .flatMap(text -> Written.onOff(text.text()))
                        .equals(Optional.of(false));
    }

    private static Map<String, List<String>> homes() {
        var homes = new LinkedHashMap<String, List<String>>();
        collect(Config.class, "", homes);
        return homes;
    }

    private static void collect(Class<?> section, String path, Map<String, List<String>> homes) {
        for (Key key : Key.of(section)) {
            int dot = key.name().lastIndexOf('.');
            String home = dot < 0 ? path : join(path, key.name().substring(0, dot));
            String shown = home.isEmpty() ? "the top level" : "`" + home + "`";
            homes.computeIfAbsent(key.name().substring(dot + 1), name -> new ArrayList<>())
                    .add(shown);
            key.inner().ifPresent(inner -> collect(inner, join(path, key.name()) + insideOf(key.form()), homes));
        }
    }

    private static String insideOf(Form form) {
        return switch (form) {
            case NAMED -> ".<name>";
            case ROUTES -> ".<route>";
            default -> "";
        };
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
