package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Problem;
import dev.gatehouse.web.Exchange;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** What is told of a request that is over. Never the query, a field or a body: those may hold secrets. One formatter per event loop. */
final class LogLine {
    /** {@code path} is null where the target could not be read; {@code status} is 0 where the caller left before there was one. */
    record Told(
            Exchange exchange,
            long nowMillis,
            long nowNanos,
            String method,
            @Nullable String path,
            int status,
            long bytes,
            @Nullable String traceId,
            @Nullable Throwable cause,
            boolean left) {
        String verdict() {
            Problem reason = exchange.reason;
            if (left) return "left";
            if (reason == null) return "allow";
            return reason.status() >= 500 ? "error" : "deny";
        }

        long gateNanos() {
            return (exchange.upstreamStartedNanos == 0 ? nowNanos : exchange.upstreamStartedNanos)
                    - exchange.startedNanos;
        }

        /** Negative: there was no answer. */
        long upstreamNanos() {
            return exchange.upstreamHeadNanos == 0 ? -1 : exchange.upstreamHeadNanos - exchange.upstreamStartedNanos;
        }
    }

    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);
    private static final int LONGEST = 512;

    private final boolean pretty;
    private long second = -1;
    private String secondText = "";

    LogLine(boolean pretty) {
        this.pretty = pretty;
    }

    void write(Told told, LineBuffer line) {
        if (pretty) pretty(told, line);
        else json(told, line);
        line.character('\n');
    }

    private void json(Told told, LineBuffer line) {
        Exchange exchange = told.exchange();
        line.plain("{\"ts\":\"")
                .plain(second(told.nowMillis()))
                .padded(told.nowMillis() % 1000, 3)
                .plain("Z\",\"event\":\"request\",\"req\":\"");
        line.escaped(exchange.requestId).character('"');
        member(line, "trace_id", told.traceId());
        member(line, "method", told.method());
        member(line, "path", shortened(told.path()));
        member(line, "api", exchange.api);
        member(line, "route", exchange.route);
        line.plain(",\"status\":").number(told.status());
        member(line, "verdict", told.verdict());
        Problem reason = exchange.reason;
        if (reason != null) member(line, "reason", reason.code());
        member(line, "cause", cause(told));
        member(line, "rule", exchange.rule);
        member(line, "user", exchange.subject);
        member(line, "name", exchange.username);
        member(line, "app", exchange.client);
        member(line, "ip", exchange.clientAddress.getHostAddress());
        line.plain(",\"bytes\":").number(told.bytes());
        if (exchange.octetsIn >= 0)
            line.plain(",\"bytes_in\":")
                    .number(exchange.octetsIn)
                    .plain(",\"open_ms\":")
                    .millis(told.nowNanos() - exchange.upstreamHeadNanos);
        line.plain(",\"gate_ms\":").millis(told.gateNanos()).plain(",\"upstream_ms\":");
        if (told.upstreamNanos() < 0) line.plain("null}");
        else line.millis(told.upstreamNanos()).character('}');
    }

    private static void member(LineBuffer line, String name, @Nullable String value) {
        if (value != null)
            line.plain(",\"").plain(name).plain("\":\"").escaped(value).character('"');
    }

    private void pretty(Told told, LineBuffer line) {
        Exchange exchange = told.exchange();
        String verdict = told.verdict();
        line.plain(second(told.nowMillis()).substring(11, 19))
                .plain(
                        verdict.equals("allow")
                                ? " ok   "
                                : verdict.equals("deny") ? " DENY " : verdict.equals("left") ? " left " : " FAIL ");
        line.padded(told.status(), 3)
                .character(' ')
                .escaped(told.method())
                .character(' ')
                .escaped(told.path() == null ? "?" : String.valueOf(shortened(told.path())));
        String who = exchange.username != null ? exchange.username : exchange.subject;
        if (who != null) line.plain("  ").escaped(who);
        if (exchange.client != null && !exchange.client.equals(who))
            line.plain(who == null ? "  " : " via ").escaped(exchange.client);
        Problem reason = exchange.reason;
        if (reason != null) line.plain("  ").plain(reason.code());
        String cause = cause(told);
        if (cause != null) line.plain(" (").escaped(cause).character(')');
        if (reason != null && exchange.rule != null)
            line.plain(" (").escaped(exchange.rule).character(')');
        line.plain("  ").millis(told.gateNanos());
        if (told.upstreamNanos() >= 0) line.plain(" + ").millis(told.upstreamNanos());
        line.plain(" ms");
        if (reason != null) line.plain("  ").escaped(exchange.requestId);
    }

    private static @Nullable String cause(Told told) {
        Throwable cause = told.cause();
        return cause == null ? null : shortened(cause.getClass().getSimpleName() + ": " + cause.getMessage());
    }

    private static @Nullable String shortened(@Nullable String path) {
        return path == null || path.length() <= LONGEST ? path : path.substring(0, LONGEST);
    }

    /** Up to the point before the milliseconds; said anew once a second. */
    private String second(long millis) {
        if (millis / 1000 != second) {
            second = millis / 1000;
            secondText = SECOND.format(Instant.ofEpochMilli(millis));
        }
        return secondText;
    }
}
