package dev.gatehouse.cli;

import dev.gatehouse.store.TestDatabase;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A terminal in a folder with a configuration file whose database is a test's own. */
final class TestHouse {
    private static final String MASTER_KEY = Base64.getEncoder().encodeToString(new byte[32]);

    private final TestTerminal terminal = new TestTerminal();
    private final Path file;

    TestHouse(Path folder, String yaml, TestDatabase database) {
        this(folder, yaml);
        terminal.given("DATABASE_URL", url(database.options())).given("MASTER_KEY", MASTER_KEY);
    }

    /** With the database that the file says. */
    TestHouse(Path folder, String yaml) {
        file = folder.resolve("gatehouse.yaml");
        try {
            Files.writeString(file, yaml);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    TestTerminal terminal() {
        return terminal;
    }

    int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--config", file.toString()));
        all.addAll(List.of(arguments));
        return terminal.run(all.toArray(String[]::new));
    }

    /** As {@link #run}, with a line on standard input. */
    int type(String line, String... arguments) {
        terminal.typing(line + "\n");
        return run(arguments);
    }

    String out() {
        return terminal.out();
    }

    String err() {
        return terminal.err();
    }

    private static String url(PgConnectOptions options) {
        return "postgres://" + encoded(options.getUser()) + ":" + encoded(options.getPassword()) + "@localhost:"
                + options.getPort() + "/" + encoded(options.getDatabase()) + "?host=" + encoded(options.getHost());
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8);
    }
}
