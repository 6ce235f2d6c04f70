package dev.gatehouse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import dev.gatehouse.config.Config;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_OUT)
final class LogOutputTest {
    private final PrintStream before = System.out;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final LoggerContext context = new LoggerContext();

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
        context.setMDCAdapter(new LogbackMDCAdapter());
        LogOutput.quiet(context);
    }

    @AfterEach
    void giveBack() {
        System.setOut(before);
        context.stop();
    }

    @Test
    void a_line_is_one_json_object_where_nobody_sits() {
        LogOutput.serve(context, Config.Log.AUTO, false);
        context.getLogger("dev.gatehouse.store").info("opened {}\n{}", "a", "b");
        assertThat(text().lines()).hasSize(1);
        assertThat(new JsonObject(text()).getString("msg")).isEqualTo("opened a\nb");
    }

    @Test
    void a_line_is_pretty_on_a_terminal_and_cannot_be_split_by_what_it_says() {
        LogOutput.serve(context, Config.Log.AUTO, true);
        context.getLogger("dev.gatehouse.store.Database").info("opened\r\n12:00:00 ERROR forged");
        assertThat(text().lines()).hasSize(1);
        assertThat(text()).contains("INFO  Database: opened 12:00:00 ERROR forged");
    }

    @Test
    void the_file_wins_over_the_terminal() {
        LogOutput.serve(context, Config.Log.JSON, true);
        context.getLogger("dev.gatehouse").info("here");
        assertThat(text()).startsWith("{");
    }

    @Test
    void libraries_only_warn() {
        LogOutput.serve(context, Config.Log.PRETTY, true);
        context.getLogger("io.netty.util").info("noise");
        context.getLogger("io.vertx.core").info("noise");
        context.getLogger("org.example").info("noise");
        assertThat(text()).isEmpty();
        context.getLogger("io.vertx.core").warn("blocked");
        assertThat(text()).contains("blocked");
    }

    @Test
    void a_configuration_of_the_operators_own_is_left_alone() {
        var own = new LoggerContext();
        LogOutput.serve(own, Config.Log.JSON, false);
        own.getLogger("dev.gatehouse").warn("unheard");
        assertThat(text()).isEmpty();
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
