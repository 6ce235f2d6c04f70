package dev.gatehouse;

import dev.gatehouse.config.DoorSettings;
import io.vertx.core.Vertx;

/** Event loops for tests of rooms that do not make their own: those that a gate takes by itself. */
public final class Loops {
    private Loops() {}

    public static Vertx open(int loops) {
        return EventLoops.open(loops, DoorSettings.Transport.AUTO);
    }
}
