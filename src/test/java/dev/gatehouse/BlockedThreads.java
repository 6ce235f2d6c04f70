package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails any test during which Vert.x reported that a thread was blocked. Found by JUnit itself, so that no test can forget it. An event loop that
 * neither waits nor gets a processor is held up by others on the machine, and counts when it has been so for long.
 */
public class BlockedThreads implements BeforeEachCallback, AfterEachCallback {
    private static final String ROOM = "io.vertx";

    private static final Pattern LOOP = Pattern.compile("(vert\\.x-eventloop-thread-\\d+).* blocked for (\\d+) ms");
    private static final int LONG_MILLIS = 10_000;
    private static final long LOOK_NANOS = 200_000_000;
    private static final Set<String> SELECTING = Set.of("wait", "epollWait", "epollWait0");

    private final ListAppender<ILoggingEvent> seen = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (counts(event) && !isHeldUp(event)) super.append(event);
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

    /** Asked while it is reported: a loop that waits or works is waiting or working now. */
    private static boolean isHeldUp(ILoggingEvent event) {
        Matcher loop = LOOP.matcher(event.getFormattedMessage());
        return loop.find()
                && Integer.parseInt(loop.group(2)) < LONG_MILLIS
                && Thread.getAllStackTraces().entrySet().stream()
                        .filter(thread -> thread.getKey().getName().equals(loop.group(1)))
                        .noneMatch(thread -> waits(thread.getKey(), thread.getValue()) || works(thread.getKey()));
    }

    /** For a lock, a time, a file or a peer; not for the next event, which is no waiting any more. */
    private static boolean waits(Thread loop, StackTraceElement[] stack) {
        if (loop.getState() != Thread.State.RUNNABLE) return true;
        return stack.length > 0 && stack[0].isNativeMethod() && !SELECTING.contains(stack[0].getMethodName());
    }

    /** Has a processor for most of the time that it is looked at. */
    private static boolean works(Thread loop) {
        long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(loop.getId());
        LockSupport.parkNanos(LOOK_NANOS);
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(loop.getId()) - before > LOOK_NANOS / 2;
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
