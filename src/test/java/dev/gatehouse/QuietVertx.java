package dev.gatehouse;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** Fails a test during which Vert.x reported a blocked thread, as every test is failed, or an exception that nobody handled. */
public final class QuietVertx extends BlockedThreads {
    @Override
    boolean counts(ILoggingEvent event) {
        return super.counts(event) || event.getLevel().isGreaterOrEqual(Level.ERROR);
    }
}
