package dev.gatehouse;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.Config.Listen;
import dev.gatehouse.store.StartFailure;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Where the house listens. */
final class Doors {
    /** Below the ports that Linux gives to connections that go out: none of them takes it before the door opens. */
    private static final int FIRST = 10_240;

    private static final int LAST = 32_767;
    private static final int TRIES = 100;

    private Doors() {}

    /** The demo house is for this machine only, whatever the file says; a flag is a wish of its own. */
    static Listen atHome(Listen file, Optional<String> flag) {
        return flag.isPresent() ? file : new Listen(Optional.of("127.0.0.1"), file.port());
    }

    /** A port of 0 is chosen now: tokens name the address before the door opens. */
    static Listen withPort(Listen wish) {
        if (wish.port() != 0) return wish;
        int port = ThreadLocalRandom.current()
                .ints(TRIES, FIRST, LAST + 1)
                .filter(Doors::isFree)
                .findFirst()
                .orElseThrow(() -> new StartFailure("No port is free.", "Name one with --listen."));
        return new Listen(wish.host(), port);
    }

    private static boolean isFree(int port) {
        try (var probe = new ServerSocket(port)) {
            return probe.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** What browsers see where the file does not say it, without a slash at its end. */
    static String url(Config config, Listen listen) {
        String scheme = config.door().tls().isEmpty() ? "http" : "https";
        return config.url().map(URI::toString).orElse(scheme + "://localhost:" + listen.port());
    }

    static <T> T listening(Future<T> door, Listen at, String flag) {
        try {
            return Ground.await(door);
        } catch (Exception failure) {
            if (!(failure instanceof IOException)) throw failure;
            throw new StartFailure(
                    "Cannot listen on " + at.host().orElse("") + ":" + at.port() + ": " + failure.getMessage() + ".",
                    "Start with " + flag + " " + at.host().orElse("") + ":" + (at.port() + 1)
                            + ", or stop the process that has it.");
        }
    }
}
