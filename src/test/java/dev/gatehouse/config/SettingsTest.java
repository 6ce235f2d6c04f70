package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The records are the one description of the file: what they leave out, nobody documents, and what they say is what happens. */
final class SettingsTest {
    @Test
    void every_component_of_a_section_is_a_documented_key_or_says_why_it_is_none() {
        for (Class<?> section : sections()) {
            documented(section);
        }
    }

    private static void documented(Class<?> section) {
        for (RecordComponent component : section.getRecordComponents()) {
            long said = Stream.of(Setting.class, NotAKey.class, Group.class)
                    .filter(component::isAnnotationPresent)
                    .count();
            assertThat(said)
                    .as(section.getSimpleName() + "." + component.getName())
                    .isEqualTo(1);
            if (component.isAnnotationPresent(Group.class)) documented(component.getType());
        }
    }

    @Test
    void every_key_says_what_it_is_and_what_happens_without_it() {
        for (Class<?> section : sections()) {
            for (Key key : Key.of(section)) {
                Setting setting = key.setting();
                String name = section.getSimpleName() + "." + key.name();
                assertThat(setting.value()).as(name).endsWith(".");
                boolean told = setting.required()
                        || !setting.byDefault().isEmpty()
                        || !setting.leftOut().isEmpty();
                boolean empty = key.inner().isPresent() || key.form() == Form.RULES || key.form() == Form.SENTENCES;
                assertThat(told || empty).as(name + " has a default").isTrue();
                assertThat(key.form() == Form.CHOICE || key.form() == Form.CHOICES)
                        .as(name + " has choices")
                        .isEqualTo(!key.choices().isEmpty());
            }
        }
    }

    @Test
    void every_key_is_read() {
        var file = ConfigFile.read(
                ConfigFileTest.VALID.resolve("every-key.yaml"), ConfigFileTest.ENVIRONMENT, Overrides.NONE);
        Set<String> read = file.effective().stream()
                .filter(value -> !value.origin().equals("default"))
                .map(Effective::path)
                .collect(Collectors.toSet());
        for (Class<?> section : sections()) {
            for (Key key : Key.of(section)) {
                if (key.inner().isPresent()
                        || key.name().equals("password")
                        || (section.equals(Config.Route.class) && key.name().equals("allow"))) continue;
                assertThat(read)
                        .as(section.getSimpleName() + "." + key.name())
                        .anyMatch(path -> path.matches("(.*\\.)?" + Pattern.quote(key.name()) + "(\\..*)?"));
            }
        }
    }

    @Test
    void the_reference_page_is_current() throws IOException {
        Golden.assertCurrent(Path.of("src/docs/reference.md"), ReferencePage.text());
    }

    @Test
    void the_json_schema_is_current() throws IOException {
        Golden.assertCurrent(Path.of("config/gatehouse.schema.json"), Schema.text());
    }

    @Test
    void the_list_of_faults_is_current() throws IOException {
        String rows = Stream.of(FaultCode.values())
                .map(code -> "| " + code + " | " + code.sentence().replace("|", "\\|") + " |\n")
                .collect(Collectors.joining());
        String head =
                """
                # What `check` can say

                Codes are stable: none is ever given a second meaning. GH1xx are about one value, GH2xx about two that do not go together, GH3xx are
                warnings. `gatehouse check -o json` prints `{code,file,line,col,message,help}` for programs.

                | code | meaning |
                |---|---|
                """;
        Golden.assertCurrent(Path.of("src/docs/faults.md"), head + rows);
    }

    @Test
    void the_schema_takes_every_valid_file_and_the_shipped_one() throws IOException {
        var files = new ArrayList<>(Golden.yamlFiles(ConfigFileTest.VALID));
        files.add(Path.of("config/gatehouse.yaml"));
        for (Path file : files)
            assertThat(SchemaCheck.of(file)).as(file.toString()).isEmpty();
    }

    @Test
    void the_schema_sees_unknown_keys_and_words() throws IOException {
        Path broken = Path.of("src/test/resources/config/broken");
        assertThat(SchemaCheck.of(broken.resolve("unknown-keys.yaml"))).anyMatch(line -> line.contains("listn"));
        assertThat(SchemaCheck.of(broken.resolve("cors-word.yaml"))).isNotEmpty();
        assertThat(SchemaCheck.of(broken.resolve("not-yet.yaml"))).anyMatch(line -> line.contains("cluster"));
    }

    static List<Class<?>> sections() {
        var sections = new LinkedHashSet<Class<?>>();
        collect(Config.class, sections);
        return List.copyOf(sections);
    }

    private static void collect(Class<?> section, Set<Class<?>> sections) {
        if (!sections.add(section)) return;
        Key.of(section).forEach(key -> key.inner().ifPresent(inner -> collect(inner, sections)));
    }

    @Test
    void the_walk_reaches_every_section() {
        assertThat(sections())
                .contains(
                        Config.Api.class,
                        Config.Route.class,
                        ForeignIssuer.class,
                        IntrospectSettings.class,
                        App.class,
                        App.Exchange.class,
                        RegistrationSettings.class,
                        Config.Refresh.class,
                        Config.Session.class,
                        LimitSettings.class);
    }
}
