package dev.gatehouse.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A key of a section, as its record describes it. {@code inner} is the record of the section that the key leads to. */
record Key(String name, Setting setting, Optional<Class<?>> inner) {
    private static final ClassValue<List<Key>> KEYS = new ClassValue<>() {
        @Override
        protected List<Key> computeValue(Class<?> section) {
            return Arrays.stream(section.getRecordComponents()).flatMap(Key::at).toList();
        }
    };

    /** The keys that a record takes, in its order. */
    static List<Key> of(Class<?> section) {
        return KEYS.get(section);
    }

    private static Stream<Key> at(RecordComponent component) {
        if (component.isAnnotationPresent(Group.class)) return of(component.getType()).stream();
        return component.isAnnotationPresent(Setting.class) ? Stream.of(of(component)) : Stream.empty();
    }

    private static Key of(RecordComponent component) {
        Setting setting = component.getAnnotation(Setting.class);
        return new Key(name(component, setting), setting, inner(component, setting));
    }

    /** The keys that a section will take one day. */
    static List<String> later(Class<?> section) {
        Later later = section.getAnnotation(Later.class);
        return later == null ? List.of() : List.of(later.value());
    }

    Form form() {
        return setting.form();
    }

    /** Whether it belongs to the long form of another key. */
    boolean isNested() {
        return name.indexOf('.') >= 0;
    }

    List<String> choices() {
        return List.of(setting.choices());
    }

    /** {@code 10s to 1d}, or nothing. */
    String bounds() {
        return setting.from().isEmpty() ? "" : setting.from() + " to " + setting.to();
    }

    private static String name(RecordComponent component, Setting setting) {
        if (!setting.key().isEmpty()) return setting.key();
        return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static Optional<Class<?>> inner(RecordComponent component, Setting setting) {
        if (setting.section() != void.class) return Optional.of(setting.section());
        return setting.form().leadsOn() ? record(component.getGenericType()) : Optional.empty();
    }

    private static Optional<Class<?>> record(Type type) {
        if (type instanceof Class<?> found && found.isRecord()) return Optional.of(found);
        if (!(type instanceof ParameterizedType generic)) return Optional.empty();
        return Arrays.stream(generic.getActualTypeArguments())
                .flatMap(argument -> record(argument).stream())
                .reduce((first, second) -> second);
    }
}
