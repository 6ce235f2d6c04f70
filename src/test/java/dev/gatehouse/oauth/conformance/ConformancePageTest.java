package dev.gatehouse.oauth.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of the conformance plans names a test for every module, and every such test stands on the page. */
final class ConformancePageTest {
    private static final Path PAGE = Path.of("src", "docs", "conformance.md");
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Pattern ROW =
            Pattern.compile("^\\| `([\\w.-]+)` \\|[^|]+\\| `(\\w+)` \\|$", Pattern.MULTILINE);
    private static final Pattern NAME =
            Pattern.compile("@DisplayName\\(\\s*(F\\s*\\+\\s*)?\"((?:oidcc-|fapi2-)?[\\w-]+): ", Pattern.MULTILINE);
    private static final String FAPI2 = "fapi2-security-profile-final-";

    @Test
    void every_module_has_its_test_and_every_test_its_row() throws IOException {
        assertThat(onThePage().entrySet())
                .containsExactlyInAnyOrderElementsOf(inTheTests().entrySet());
    }

    /** The plans as the OpenID Foundation has them, counted: a row that got lost shows here. */
    @Test
    void no_plan_has_lost_a_module() throws IOException {
        Map<String, Long> rows = new TreeMap<>();
        for (String section : Files.readString(PAGE).split("(?m)^## ", -1))
            if (ROW.matcher(section).find())
                rows.put(
                        section.lines().findFirst().orElseThrow(),
                        ROW.matcher(section).results().count());
        assertThat(rows)
                .isEqualTo(Map.of(
                        "Config", 1L,
                        "Basic, and Form Post Basic", 39L,
                        "Dynamic", 23L,
                        "RP-Initiated Logout", 11L,
                        "Back-Channel Logout", 2L,
                        "Third-Party-Initiated Login", 2L,
                        "FAPI 2.0 Security Profile", 58L));
    }

    private static Map<String, Set<String>> onThePage() throws IOException {
        var rows = new TreeMap<String, Set<String>>();
        ROW.matcher(Files.readString(PAGE)).results().forEach(row -> rows.computeIfAbsent(
                        row.group(1), module -> new TreeSet<>())
                .add(row.group(2)));
        return rows;
    }

    private static Map<String, Set<String>> inTheTests() throws IOException {
        var names = new TreeMap<String, Set<String>>();
        try (Stream<Path> files = Files.walk(TESTS)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList())
                for (String module : modules(file))
                    names.computeIfAbsent(module, each -> new TreeSet<>())
                            .add(file.getFileName().toString().replace(".java", ""));
        }
        return names;
    }

    private static Set<String> modules(Path file) {
        try {
            return NAME.matcher(Files.readString(file))
                    .results()
                    .map(ConformancePageTest::module)
                    .filter(name -> name.startsWith("oidcc-") || name.startsWith(FAPI2))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static String module(MatchResult found) {
        return (found.group(1) == null ? "" : FAPI2) + found.group(2);
    }
}
