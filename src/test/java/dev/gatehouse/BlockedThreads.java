package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails any test during which Vert.x reported that a thread was blocked. Found by JUnit itself, so that no test can forget it. An event loop that runs and does not
 * wait is only slow, as everything is on a machine that is held up, and counts when it has been so for long.
 */
public class BlockedThreads implements BeforeEachCallback, AfterEachCallback {
    private static final String ROOM = "io.vertx";

    private static final Pattern LOOP = Pattern.compile("(vert\\.x-eventloop-thread-\\d+).* blocked for (\\d+) ms");
    private static final int SLOW_MILLIS = 10_000;

    private final ListAppender<ILoggingEvent> seen = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (counts(event) && !isOnlySlow(event)) super.append(event);
        }
    };

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

    /** Asked while it is reported: a loop that waits for something else is waiting now. */
    private static boolean isOnlySlow(ILoggingEvent event) {
        Matcher loop = LOOP.matcher(event.getFormattedMessage());
        return loop.find()
                && Integer.parseInt(loop.group(2)) < SLOW_MILLIS
                && Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals(loop.group(1)))
                        .allMatch(thread -> thread.getState() == Thread.State.RUNNABLE);
    }

    private List<String> reports() {
        return List.copyOf(seen.list).stream()
                .map(event -> event.getLoggerName() + ": " + event.getFormattedMessage())
                .toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(ROOM);
    }
}
