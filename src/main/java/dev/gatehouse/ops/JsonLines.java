package dev.gatehouse.ops;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** One JSON object per line, with the names that the access log uses: {@code ts, event, level, logger, msg}, and {@code error} with its stack where there is one. */
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Override
    public byte[] encode(ILoggingEvent event) {
        var line = new JsonObject()
                .put("ts", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())))
                .put("event", "log")
                .put("level", event.getLevel().toString())
                .put("logger", event.getLoggerName())
                .put("msg", event.getFormattedMessage());
        if (event.getThrowableProxy() != null)
            line.put("error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        return (line.encode() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
