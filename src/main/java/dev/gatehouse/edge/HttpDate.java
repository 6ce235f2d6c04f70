package dev.gatehouse.edge;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What {@code Date} says (RFC 9110 §6.6.1), written anew once a second; one per event loop. Answers that come without one get ours. */
final class HttpDate {
    private static final DateTimeFormatter IMF = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private long second = Long.MIN_VALUE;
    private String text = "";

    HttpDate(InstantSource clock) {
        this.clock = clock;
    }

    String now() {
        long millis = clock.millis();
        if (Math.floorDiv(millis, 1000L) != second) {
            second = Math.floorDiv(millis, 1000L);
            text = IMF.format(clock.instant());
        }
        return text;
    }
}
