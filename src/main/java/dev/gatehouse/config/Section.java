package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH102;
import static dev.gatehouse.config.FaultCode.GH106;
import static dev.gatehouse.config.FaultCode.GH107;
import static dev.gatehouse.config.FaultCode.GH114;

import dev.gatehouse.config.Node.Mapping;
import dev.gatehouse.config.Node.Member;
import dev.gatehouse.config.Node.Scalar;
import dev.gatehouse.config.Node.Sequence;
import dev.gatehouse.vocabulary.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A section of the file next to the record that describes it: readers ask for keys by name and get a value, or the default that the record
 * states. What is wrong goes to the faults, and the reader goes on with a stand-in, so that one run finds everything.
 */
final class Section {
    private static final Mapping EMPTY = new Mapping(Collections.emptyList(), 0, 0);

    private final Reading reading;
    private final String path;
    private final Map<String, Key> keys;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Set<String> misspelt;
    private final Place place;

    /** A section under its name. */
    record Named(Text name, Section section) {}

    private Section(Reading reading, String path, List<Key> keys, List<String> later, Mapping mapping, Place place) {
        this.reading = reading;
        this.path = path;
        this.keys = new LinkedHashMap<>();
        keys.forEach(key -> this.keys.put(key.name(), key));
        this.place = place;
        mapping.members().forEach(member -> members.put(member.key().text(), member));
        this.misspelt = new UnknownKeys(reading, path, this.keys.values(), later).among(mapping);
    }

    static Section top(Reading reading, Mapping root) {
        return of(reading, "", Config.class, root, reading.place(root));
    }

    static Section of(Reading reading, String path, Class<?> record, Mapping mapping, Place place) {
        return new Section(reading, path, Key.of(record), Key.later(record), mapping, place);
    }

    Reading reading() {
        return reading;
    }

    /** Where it begins: its key. */
    Place place() {
        return place;
    }

    boolean has(String key) {
        return members.containsKey(key);
    }

    Place placeOf(String key) {
        Member member = members.get(key);
        return member == null ? place : reading.place(member.key());
    }

    // One value

    /** The value of a key that has a default. */
    <T> T value(String key, Function<String, T> form) {
        return given(key).flatMap(text -> read(key, text, form)).orElseGet(() -> byDefault(key, form));
    }

    /** The value that something outside the file states, or that of the file. */
    <T> T value(String key, Optional<Text> instead, Function<String, T> form) {
        if (instead.isEmpty()) return value(key, form);
        return read(key, instead.get(), form)
                .orElseGet(() -> form.apply(key(key).setting().byDefault()));
    }

    <T> Optional<T> optional(String key, Function<String, T> form) {
        Optional<Text> text = given(key);
        if (text.isEmpty())
            reading.inForce(path(key), "(" + key(key).setting().leftOut().replace("`", "") + ")", "default");
        return text.flatMap(found -> read(key, found, form));
    }

    <T> Optional<T> required(String key, Function<String, T> form) {
        return requiredText(key).flatMap(text -> read(key, text, form));
    }

    Optional<Text> requiredText(String key) {
        Optional<Text> text = given(key);
        if (text.isEmpty() && !has(key) && !misspelt.contains(key)) missing(key);
        return text;
    }

    void missing(String key) {
        String example = key(key).setting().example();
        String help = example.isEmpty() ? null : "for example `" + key + ": " + example + "`";
        reading.faults().error(GH106, place, "`" + key + "` is missing in `" + path + "`", help);
    }

    Duration duration(String key) {
        return value(key, text -> boundedDuration(key, key, text));
    }

    Optional<Duration> optionalDuration(String key) {
        return optional(key, text -> boundedDuration(key, key, text));
    }

    /** The value of {@code key} as its section's short form states it under {@code shortName} in {@code parent}. */
    Duration shortForm(String key, Section parent, String shortName) {
        return parent.given(shortName)
                .flatMap(text -> parent.attempt(text, value -> boundedDuration(key, shortName, value))
                        .map(value -> {
                            reading.inForce(path(key), text.text(), text.origin());
                            return value;
                        }))
                .orElseGet(() -> Written.duration(key(key).setting().byDefault(), key));
    }

    /** Notes what a short form leaves unsaid. */
    Duration implied(String key, Duration value) {
        reading.inForce(path(key), DurationText.print(value), "default");
        return value;
    }

    long size(String key) {
        return value(key, text -> bounded(key, key, text, Written.size(text, key), bound -> Written.size(bound, key)));
    }

    int count(String key) {
        return (int) (long) value(
                key, text -> bounded(key, key, text, Written.count(text, key), bound -> Written.count(bound, key)));
    }

    String choice(String key) {
        return value(key, text -> Written.choice(text, key(key).choices(), key));
    }

    /** Reads a text that was taken from this section, and notes it as the value in force. */
    <T> Optional<T> read(String key, Text text, Function<String, T> form) {
        Optional<T> value = attempt(text, form);
        if (value.isPresent()) reading.inForce(path(key), shown(key(key).form(), text.text()), text.origin());
        return value;
    }

    /** Reads a text; what does not fit becomes a fault at its place. */
    <T> Optional<T> attempt(Text text, Function<String, T> form) {
        try {
            return Optional.of(form.apply(text.text()));
        } catch (Misfit misfit) {
            reading.fault(text, misfit);
            return Optional.empty();
        }
    }

    /** The text of a key, with placeholders replaced; absent when left out, when an optional placeholder is empty, and when faulted. */
    Optional<Text> given(String key) {
        Member member = members.get(key);
        if (member == null) return Optional.empty();
        return text(member.value(), "`" + key + "`");
    }

    /** The text of a value in a place that takes text only. */
    Optional<Text> text(Node node, String what) {
        if (node instanceof Node.Refused) return Optional.empty();
        if (!(node instanceof Scalar scalar)) {
            reading.faults().error(GH107, reading.place(node), what + " takes text, and this is " + node.kind(), null);
            return Optional.empty();
        }
        Text raw = reading.raw(scalar);
        if (scalar.isNull() || raw.isEmpty()) {
            reading.faults().error(GH107, reading.place(node), what + " has no value", "give one, or remove the line");
            return Optional.empty();
        }
        return reading.resolve(raw).filter(text -> !text.isEmpty());
    }

    // Several values

    /** The items of a list, or of the default. */
    List<Text> items(String key) {
        Member member = members.get(key);
        if (member == null) return defaultItems(key);
        if (!(member.value() instanceof Sequence list)) {
            notAList(key, member.value());
            return List.of();
        }
        var items = new ArrayList<Text>();
        for (Node node : list.items()) text(node, "an item of `" + key + "`").ifPresent(items::add);
        distinct(items);
        String shown = items.stream().map(Text::text).collect(Collectors.joining(", ", "[", "]"));
        reading.inForce(path(key), shown, reading.position(list).toString());
        return items;
    }

    <T> List<T> list(String key, Function<String, T> form) {
        return items(key).stream().flatMap(text -> attempt(text, form).stream()).toList();
    }

    /** The words of a list that takes certain words. */
    List<String> choices(String key) {
        return list(key, text -> Written.choice(text, key(key).choices(), key));
    }

    /** Whether a list stands there with nothing in it. */
    boolean isEmptyList(String key) {
        return node(key)
                .filter(node -> node instanceof Sequence list && list.items().isEmpty())
                .isPresent();
    }

    /** The section under a key, empty when it is left out. */
    Section section(String key) {
        Class<?> record = key(key).inner().orElseThrow();
        Member member = members.get(key);
        boolean shortForm = member != null && key(key).form() == Form.LIFETIME && member.value() instanceof Scalar;
        Mapping mapping =
                member == null || shortForm ? EMPTY : mapping(member.key().text(), member.value());
        return of(reading, path(key), record, mapping, placeOf(key));
    }

    /** The sections under a key that takes one or several of them, or {@code off}. */
    List<Section> sections(String key) {
        Class<?> record = key(key).inner().orElseThrow();
        Node node = node(key).orElse(EMPTY);
        if (node == EMPTY) reading.inForce(path(key), "off", "default");
        if (node == EMPTY || isOff(node)) return List.of();
        List<Node> items = node instanceof Sequence list ? list.items() : List.of(node);
        return items.stream()
                .map(item -> of(reading, path(key), record, mapping(key, item), reading.place(item)))
                .toList();
    }

    private boolean isOff(Node node) {
        return node instanceof Scalar scalar
                && reading.resolve(reading.raw(scalar))
                        .flatMap(text -> Written.onOff(text.text()))
                        .equals(Optional.of(false));
    }

    /** Whether a key that takes text or a section has a section. */
    boolean isSection(String key) {
        Member member = members.get(key);
        return member != null && member.value() instanceof Mapping;
    }

    /** The long form of a key whose inner keys are components of the same record. */
    Section longForm(String key) {
        var inner = keys.values().stream()
                .filter(each -> each.name().startsWith(key + "."))
                .map(each -> new Key(each.name().substring(key.length() + 1), each.setting(), each.inner()))
                .toList();
        Mapping mapping = isSection(key) ? (Mapping) node(key).orElseThrow() : EMPTY;
        return new Section(reading, path(key), inner, List.of(), mapping, placeOf(key));
    }

    /** The sections under a key, each by its name. */
    List<Named> named(String key) {
        Class<?> record = key(key).inner().orElseThrow();
        var sections = new ArrayList<Named>();
        for (Member member : members(key)) {
            if (member.value() instanceof Node.Refused) continue;
            String name = member.key().text();
            Mapping mapping = mapping(name, member.value());
            Section section = of(reading, path(key) + "." + name, record, mapping, reading.place(member.key()));
            sections.add(new Named(reading.raw(member.key()), section));
        }
        return sections;
    }

    /** The sections that stand among the known keys by names of their own. */
    List<Named> others(String key) {
        Class<?> record = key(key).inner().orElseThrow();
        var sections = new ArrayList<Named>();
        for (Member member : members.values()) {
            if (!UnknownKeys.isProvider(member)) continue;
            String name = member.key().text();
            if (keys.containsKey(name)) continue;
            Section section = of(reading, path(name), record, (Mapping) member.value(), reading.place(member.key()));
            sections.add(new Named(reading.raw(member.key()), section));
        }
        return sections;
    }

    /** What stands under a key that takes any names. */
    List<Member> members(String key) {
        return node(key).map(node -> mapping(key, node).members()).orElse(List.of());
    }

    Optional<Node> node(String key) {
        return Optional.ofNullable(members.get(key)).map(Member::value);
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    Key key(String name) {
        return Optional.ofNullable(keys.get(name))
                .orElseThrow(() -> new IllegalStateException("no record describes `" + path(name) + "`"));
    }

    private Mapping mapping(String key, Node node) {
        if (node instanceof Mapping mapping) return mapping;
        boolean nothing = node instanceof Node.Refused || (node instanceof Scalar scalar && scalar.isNull());
        if (!nothing) {
            reading.faults()
                    .error(
                            GH107,
                            reading.place(node),
                            "`" + key + "` takes a section, and this is " + node.kind(),
                            null);
        }
        return EMPTY;
    }

    private <T> T byDefault(String key, Function<String, T> form) {
        String text = key(key).setting().byDefault();
        reading.inForce(path(key), text, "default");
        return form.apply(text);
    }

    private List<Text> defaultItems(String key) {
        String text = key(key).setting().byDefault();
        reading.inForce(path(key), text, "default");
        String inside = text.substring(1, text.length() - 1);
        if (inside.isEmpty()) return List.of();
        return List.of(inside.split(", ")).stream()
                .map(item -> Text.of("default", item))
                .toList();
    }

    private void notAList(String key, Node node) {
        if (node instanceof Node.Refused) return;
        String help = node instanceof Scalar scalar && !scalar.isNull()
                ? "write `%s: [%s]`".formatted(key, scalar.text())
                : null;
        reading.faults()
                .error(GH107, reading.place(node), "`" + key + "` takes a list, and this is " + node.kind(), help);
    }

    private void distinct(List<Text> items) {
        var seen = new HashSet<String>();
        for (Text item : items) {
            if (!seen.add(item.text())) {
                reading.faults().error(GH102, item.place(), "`" + item.text() + "` stands in this list twice", null);
            }
        }
    }

    private Duration boundedDuration(String key, String name, String text) {
        return bounded(key, name, text, Written.duration(text, name), bound -> Written.duration(bound, key));
    }

    /** Within the bounds of {@code key}; {@code name} is what the reader of the fault knows it by. */
    private <T extends Comparable<T>> T bounded(
            String key, String name, String text, T value, Function<String, T> form) {
        Setting setting = key(key).setting();
        if (setting.from().isEmpty()) return value;
        if (value.compareTo(form.apply(setting.from())) >= 0 && value.compareTo(form.apply(setting.to())) <= 0)
            return value;
        throw new Misfit(
                GH114,
                "`" + text + "` is outside the bounds of `" + name + "`",
                "it takes " + setting.from() + " to " + setting.to());
    }

    private static String shown(Form form, String text) {
        return switch (form) {
            case SECRET -> "…";
            case MASTER_KEY -> text.startsWith("file:") ? text : "…";
            case DATABASE, SMTP -> text.replaceAll("://([^/@:]*):[^@]*@", "://$1:…@");
            default -> text;
        };
    }
}
