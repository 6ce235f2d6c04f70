package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Fails any test during which Vert.x reported that a thread was blocked. Found by JUnit itself, so that no test can forget it. */
public class BlockedThreads implements BeforeEachCallback, AfterEachCallback {
    private static final String ROOM = "io.vertx";

    private final ListAppender<ILoggingEvent> seen = new ListAppender<>();

    @Override
    public final void beforeEach(ExtensionContext context) {
        seen.list.clear();
        seen.start();
        logger().addAppender(seen);
    }

    @Override
    public final void afterEach(ExtensionContext context) {
        logger().detachAppender(seen);
        assertThat(reports()).as("what Vert.x complained about").isEmpty();
    }

    boolean counts(ILoggingEvent event) {
        return event.getLoggerName().contains("BlockedThreadChecker");
    }

    private List<String> reports() {
        return List.copyOf(seen.list).stream()
                .filter(this::counts)
                .map(event -> event.getLoggerName() + ": " + event.getFormattedMessage())
                .toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(ROOM);
    }
}
