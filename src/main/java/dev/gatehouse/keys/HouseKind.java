package dev.gatehouse.keys;

import java.util.Locale;

/** Whose data a database holds. */
public enum HouseKind {
    /** Made by {@code gatehouse dev}: disposable, with users whose passwords were shown. */
    DEMO,
    HOUSE;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static HouseKind named(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
