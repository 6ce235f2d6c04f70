package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Fails a test during which Vert.x reported that a thread was blocked, or that an exception went unhandled. */
public final class BlockedThreads implements BeforeEachCallback, AfterEachCallback {
    private static final String ROOM = "io.vertx";

    private final ListAppender<ILoggingEvent> seen = new ListAppender<>();

    @Override
    public void beforeEach(ExtensionContext context) {
        seen.list.clear();
        seen.start();
        logger().addAppender(seen);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        logger().detachAppender(seen);
        assertThat(reports()).as("what Vert.x complained about").isEmpty();
    }

    private List<String> reports() {
        return List.copyOf(seen.list).stream()
                .filter(event -> event.getLoggerName().contains("BlockedThreadChecker")
                        || event.getLevel().isGreaterOrEqual(Level.ERROR))
                .map(event -> event.getLoggerName() + ": " + event.getFormattedMessage())
                .toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(ROOM);
    }
}
