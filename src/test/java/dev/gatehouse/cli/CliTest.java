package dev.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.OwnTexts;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class CliTest {
    private final TestTerminal terminal = new TestTerminal();

    @Test
    void version_says_which_gatehouse_and_which_java() {
        assertThat(terminal.run("version")).isEqualTo(Exit.OK);
        assertThat(terminal.out())
                .startsWith("Gatehouse ")
                .contains("Java " + Runtime.version().feature());
    }

    @Test
    void an_unknown_command_names_the_nearest_one() {
        assertThat(terminal.run("chek")).isEqualTo(Exit.USAGE);
        assertThat(terminal.err()).contains("there is no command `chek`; did you mean `check`?");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void an_unknown_option_names_the_nearest_one() {
        assertThat(terminal.run("check", "--confg", "x.yaml")).isEqualTo(Exit.USAGE);
        assertThat(terminal.err()).contains("there is no option `--confg`; did you mean `--config`?");
    }

    @Test
    void a_word_far_from_everything_names_nothing() {
        assertThat(terminal.run("zzzzzz")).isEqualTo(Exit.USAGE);
        assertThat(terminal.err()).contains("there is no command `zzzzzz`\n").doesNotContain("did you mean");
    }

    @Test
    void an_unknown_command_within_a_group_is_looked_for_there() {
        assertThat(terminal.run("config", "shwo")).isEqualTo(Exit.USAGE);
        assertThat(terminal.err()).contains("there is no command `shwo`; did you mean `show`?");
    }

    @Test
    void a_group_alone_shows_its_commands() {
        assertThat(terminal.run("config")).isEqualTo(Exit.USAGE);
        assertThat(terminal.err()).contains("show");
    }

    @Test
    void help_goes_to_standard_output() {
        assertThat(terminal.run("--help")).isEqualTo(Exit.OK);
        assertThat(terminal.out()).contains("dev", "run", "check", "version", "--listen");
        assertThat(terminal.err()).isEmpty();
    }

    @Test
    @DisplayName("`config texts` prints what `branding.texts` takes, and nothing for a language that no page speaks")
    void texts_are_printed_as_they_are_read() throws IOException {
        for (String language : OwnTexts.LANGUAGES) {
            var terminal = new TestTerminal();
            assertThat(terminal.run("config", "texts", language)).isEqualTo(Exit.OK);
            var read = new Properties();
            read.load(new StringReader(terminal.out()));
            assertThat(read).isEqualTo(OwnTexts.ours(language));
        }
        assertThat(terminal.run("config", "texts", "it")).isEqualTo(Exit.USAGE);
        assertThat(terminal.err()).contains("the pages speak de, en, es, fr, not `it`");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    @DisplayName("every command explains itself, and the way that an error points to is there")
    void every_command_explains_itself() {
        List<String> commands = terminal.commands();
        assertThat(commands).contains("run", "dev", "check", "config show", "user role add", "app rotate-secret");
        for (String command : commands) {
            String[] words = command.split(" ");
            for (String option : List.of("--help", "-h")) {
                assertThat(terminal.run(with(words, option))).as(command).isEqualTo(Exit.OK);
                assertThat(terminal.out())
                        .as(command)
                        .contains("Usage: gatehouse " + command, "--config=FILE", "--help");
                assertThat(terminal.err()).as(command).isEmpty();
            }
            assertThat(terminal.run(with(words, "--no-such-option")))
                    .as(command)
                    .isEqualTo(Exit.USAGE);
            assertThat(terminal.err()).as(command).contains("Try: gatehouse " + command + " --help");
            assertThat(terminal.run(with(words, "--version"))).as(command).isEqualTo(Exit.OK);
            assertThat(terminal.out()).as(command).startsWith("Gatehouse ");
        }
    }

    private static String[] with(String[] words, String option) {
        return Stream.concat(Stream.of(words), Stream.of(option)).toArray(String[]::new);
    }

    @Test
    void output_has_no_colour_where_nobody_sits() {
        terminal.run("--help");
        assertThat(terminal.out()).doesNotContain("\u001b");
    }
}
