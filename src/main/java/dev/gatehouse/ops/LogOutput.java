package dev.gatehouse.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.gatehouse.config.Config;
import org.slf4j.LoggerFactory;

/**
 * The one place that decides what the log looks like. A serving gate writes to standard output: lines for people on a terminal, one JSON
 * object per line otherwise. Commands write warnings to standard error, where they are not in the way of a pipe.
 */
public final class LogOutput {
    private static final String PRETTY =
            "%d{HH:mm:ss} %-5level %logger{0}: %replace(%msg){'[\\r\\n]+', ' '}%n%ex{short}";
    private static final String OURS = "gatehouse.log";

    private LogOutput() {}

    /** For {@code dev} and {@code run}, once the configuration is known. A configuration file of the operator's own is left alone. */
    public static void serve(Config.Log wish, boolean terminal) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) serve(context, wish, terminal);
    }

    static void serve(LoggerContext context, Config.Log wish, boolean terminal) {
        if (!isOurs(context)) return;
        boolean pretty = wish == Config.Log.PRETTY || (wish == Config.Log.AUTO && terminal);
        context.reset();
        levels(context, Level.INFO);
        root(context, appender(context, "System.out", pretty ? pattern(context, PRETTY) : json(context)));
        own(context);
    }

    static void quiet(LoggerContext context) {
        levels(context, Level.WARN);
        root(context, appender(context, "System.err", pattern(context, PRETTY)));
        own(context);
    }

    private static void levels(LoggerContext context, Level ours) {
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        context.getLogger("dev.gatehouse").setLevel(ours);
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("io.vertx").setLevel(Level.WARN);
    }

    private static void root(LoggerContext context, ConsoleAppender<ILoggingEvent> appender) {
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }

    private static ConsoleAppender<ILoggingEvent> appender(
            LoggerContext context, String target, Encoder<ILoggingEvent> encoder) {
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setName("log");
        appender.setTarget(target);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }

    private static Encoder<ILoggingEvent> pattern(LoggerContext context, String pattern) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(pattern);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        var encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMDC(false);
        encoder.setWithArguments(false);
        encoder.setWithMessage(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        return encoder;
    }

    private static void own(LoggerContext context) {
        context.putProperty(OURS, "true");
    }

    private static boolean isOurs(LoggerContext context) {
        return context.getProperty(OURS) != null;
    }
}
