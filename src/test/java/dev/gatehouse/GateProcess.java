package dev.gatehouse;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A gate in a process of its own. Closing one that still runs is kill -9 for it and for its PostgreSQL. */
final class GateProcess implements Door, AutoCloseable {
    private static final Duration LONGEST_START = Duration.ofSeconds(60);
    private static final Pattern GATE = Pattern.compile("(?:Gate +| at )http://[^:/]+:(\\d+)");
    private static final Pattern HEALTH = Pattern.compile("(?:Health +|health at )(http://\\S+)/health/ready");

    private final Process process;
    private final Path folder;

    private GateProcess(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /** Waits for the banner of {@code dev}, or the line of {@code run}. */
    static GateProcess up(Process process, Path folder) {
        var gate = new GateProcess(process, folder);
        try {
            await().atMost(LONGEST_START)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> gate.said(HEALTH).find() || !process.isAlive());
            if (!process.isAlive()) throw new AssertionError("the gate ended: " + gate.out() + gate.err());
            return gate;
        } catch (RuntimeException | Error failure) {
            gate.close();
            throw failure;
        }
    }

    @Override
    public int port() {
        Matcher line = said(GATE);
        if (!line.find()) throw new AssertionError("no banner in " + out());
        return Integer.parseInt(line.group(1));
    }

    /** The status of {@code /health/ready} on the admin listener. */
    int ready() throws IOException, InterruptedException {
        Matcher line = said(HEALTH);
        if (!line.find()) throw new AssertionError("no banner in " + out());
        var request = HttpRequest.newBuilder(URI.create(line.group(1) + "/health/ready"))
                .build();
        return CLIENT.send(request, BodyHandlers.discarding()).statusCode();
    }

    long pid() {
        return process.pid();
    }

    /** Standard output so far. */
    String out() {
        return read("gate.out");
    }

    String err() {
        return read("gate.err");
    }

    /** kill -9; returns when the process is gone. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** SIGTERM; returns at once. */
    void terminate() {
        process.destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int status() {
        return process.exitValue();
    }

    @Override
    public void close() {
        if (!process.isAlive()) return;
        kill();
        var postgres = new OwnPostgres(folder.resolve("data"));
        if (postgres.postmaster().isPresent()) postgres.killAll();
    }

    private Matcher said(Pattern pattern) {
        return pattern.matcher(out());
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
