package dev.gatehouse.config;

import java.util.List;

/** {@code src/docs/reference.md}: every key, made from the same records that the file is read by. */
public final class ReferencePage {
    private static final String HEAD =
            """
            # Every key of gatehouse.yaml

            Made from the records of `dev.gatehouse.config`; `mvn test -Dtest=SettingsTest -Dgatehouse.write=true` writes it anew.
            Everything but `required` can be left out. `${NAME}` reads the environment, `${NAME:-default}` has a fallback for a variable that
            is unset or empty, `${file:path}` reads a file; a value that becomes empty in this way counts as left out. Relative paths start
            from the folder of the file. Durations are written `250ms`, `3s`, `10m`, `12h` or `30d`, sizes `512B`, `32KiB`, `10MiB` or `1GiB`.

            What wins: a flag (`--listen --admin --url --data --database`), then `PORT`, `DATABASE_URL` and `PUBLIC_URL`, then the file, then
            the default. `gatehouse config show --origin` says which it was. What `check` can say is listed in `faults.md`.
            """;

    private final StringBuilder page = new StringBuilder(HEAD);

    private ReferencePage() {}

    public static String text() {
        var reference = new ReferencePage();
        reference.section("The top level", "", Config.class);
        reference.reserved();
        return reference.page.toString();
    }

    private void section(String title, String path, Class<?> record) {
        page.append("\n## ").append(title).append("\n\n| key | value | default |\n|---|---|---|\n");
        List<Key> keys = Key.of(record);
        keys.forEach(this::row);
        List<String> later = Key.later(record);
        if (!later.isEmpty()) {
            page.append("\nNot available yet, so only `off` can stand there: ")
                    .append(Written.listed(later))
                    .append(".\n");
        }
        for (Key key : keys) {
            if (key.inner().isEmpty()) continue;
            String inner = (path.isEmpty() ? "" : path + ".") + key.name() + insideOf(key.form());
            section("`" + inner + "`", inner, key.inner().get());
        }
    }

    private void row(Key key) {
        Setting setting = key.setting();
        page.append("| `").append(key.name()).append("` | ").append(cell(setting.value()));
        page.append(" *").append(cell(kind(key))).append("*");
        if (!setting.example().isEmpty())
            page.append(" `").append(cell(setting.example())).append('`');
        page.append(" | ").append(cell(whenLeftOut(setting))).append(" |\n");
    }

    private static String kind(Key key) {
        String kind =
                switch (key.form()) {
                    case CHOICE -> Written.oneOf(key.choices());
                    case CHOICES -> "list of " + Written.oneOf(key.choices());
                    default -> key.form().words();
                };
        return key.bounds().isEmpty() ? kind : kind + ", " + key.bounds();
    }

    private static String whenLeftOut(Setting setting) {
        if (setting.required()) return "required";
        return setting.byDefault().isEmpty() ? setting.leftOut() : "`" + setting.byDefault() + "`";
    }

    private void reserved() {
        page.append("\n## Paths that belong to the gate\n\n").append("`/` itself, and with everything below them: ");
        page.append(Written.listed(ReservedPaths.ALL)).append(".\n");
    }

    private static String insideOf(Form form) {
        return switch (form) {
            case NAMED -> ".<name>";
            case ROUTES -> ".<METHOD /pattern>";
            default -> "";
        };
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
