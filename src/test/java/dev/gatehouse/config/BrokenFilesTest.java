package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One file per mistake, and beside it everything that is said about it: code, place, line, caret and help. */
final class BrokenFilesTest {
    private static final Path FOLDER = Path.of("src/test/resources/config/broken");
    private static final Map<String, String> ENVIRONMENT = Map.of("SET", "from-outside", "RULE", "login and rol x");

    @ParameterizedTest
    @MethodSource("files")
    void every_mistake_is_told_with_its_place_and_the_way_out(Path file) throws IOException {
        String said = faults(file).pretty().replace(FOLDER + "/", "");
        Golden.assertCurrent(expected(file), said);
    }

    @ParameterizedTest
    @MethodSource("files")
    void no_secret_of_the_file_is_repeated(Path file) {
        assertThat(faults(file).pretty()).doesNotContain("hunter2").doesNotContain("swordfish");
        assertThat(faults(file).json()).doesNotContain("hunter2").doesNotContain("swordfish");
    }

    @ParameterizedTest
    @MethodSource("files")
    void what_is_said_can_be_shown_on_a_terminal(Path file) {
        assertThat(faults(file).pretty().codePoints().filter(c -> c != '\n'))
                .noneMatch(c -> Character.getType(c) == Character.CONTROL || Character.getType(c) == Character.FORMAT);
    }

    @Test
    void every_code_that_a_file_can_earn_is_earned() throws IOException {
        Set<FaultCode> earned = new TreeSet<>();
        for (Path file : files()) faults(file).faults().forEach(fault -> earned.add(fault.code()));
        var others = EnumSet.of(FaultCode.GH100, FaultCode.GH302);
        assertThat(earned).containsAll(EnumSet.complementOf(others));
    }

    private static ConfigFaults faults(Path file) {
        var mode = file.getFileName().toString().startsWith("run-") ? ConfigFile.Mode.RUN : ConfigFile.Mode.CHECK;
        var faults = catchThrowableOfType(
                ConfigFaults.class, () -> ConfigFile.read(file, ENVIRONMENT, Overrides.NONE, mode));
        assertThat(faults).as(file + " is broken").isNotNull();
        return faults;
    }

    private static Path expected(Path file) {
        return file.resolveSibling(file.getFileName().toString().replace(".yaml", ".expected"));
    }

    static List<Path> files() throws IOException {
        return Golden.yamlFiles(FOLDER);
    }
}
