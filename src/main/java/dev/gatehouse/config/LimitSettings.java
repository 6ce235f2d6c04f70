package dev.gatehouse.config;

import java.time.Duration;

/** Bounds of what a stranger may send. Sizes in bytes. */
public record LimitSettings(
        @Setting(
                        form = Form.SIZE,
                        value = "All header fields together; 431 beyond.",
                        byDefault = "32KiB",
                        from = "4KiB",
                        to = "256KiB")
                int headerSize,
        @Setting(
                        form = Form.SIZE,
                        value = "A bearer token; 401 beyond.",
                        byDefault = "16KiB",
                        from = "1KiB",
                        to = "64KiB")
                int tokenSize,
        @Setting(
                        form = Form.SIZE,
                        value = "Path and query; 414 beyond.",
                        byDefault = "8KiB",
                        from = "256B",
                        to = "64KiB")
                int uriSize,
        @Setting(
                        form = Form.SIZE,
                        value = "A request body; 413 beyond.",
                        byDefault = "10MiB",
                        from = "0B",
                        to = "64GiB")
                long bodySize,
        @Setting(
                        form = Form.DURATION,
                        value = "Until the header section is complete.",
                        byDefault = "10s",
                        from = "100ms",
                        to = "5m")
                Duration headerTimeout,
        @Setting(
                        form = Form.DURATION,
                        value = "Until the next KiB of a body has arrived; 408 beyond.",
                        byDefault = "30s",
                        from = "100ms",
                        to = "1h")
                Duration bodyTimeout,
        @Setting(
                        form = Form.DURATION,
                        value = "A connection between two requests.",
                        byDefault = "60s",
                        from = "100ms",
                        to = "1d")
                Duration idleTimeout,
        @Setting(
                        form = Form.DURATION,
                        value = "A WebSocket on which neither side says anything; 1001 then.",
                        byDefault = "5m",
                        from = "100ms",
                        to = "1d")
                Duration websocketTimeout,
        @Group CrowdLimits crowd) {}
