package dev.gatehouse.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The servers of one API, and how much trouble is taken to get an answer from them. A URL alone stands for {@link #of}. */
public record UpstreamSettings(
        @Setting(
                        form = Form.TARGETS,
                        leftOut = "required, unless `static` or `redirect` stands there",
                        value = "The servers that answer for this API, at most 64. They differ in host and port only.",
                        example = "[http://10.0.0.1:9002, http://10.0.0.2:9002]")
                List<URI> targets,
        @Setting(
                        form = Form.BALANCE,
                        value =
                                "Which of them a request goes to. A hash sends the same user, address or field to the same target; one that goes takes only its own share along.",
                        byDefault = "round robin",
                        example = "least requests")
                Balance balance,
        @Setting(
                        form = Form.HEALTH,
                        value =
                                "What every target is asked all the time. 2xx within 2s is well; 3 bad answers take a target out, 2 good ones bring it back.",
                        byDefault = "off",
                        example = "GET /healthz every 5s")
                Optional<HealthCheck> health,
        @Setting(
                        form = Form.DURATION,
                        value = "How long a target may take until its answer begins.",
                        leftOut = "the `timeout` of the API",
                        from = "10ms",
                        to = "1h",
                        example = "3s")
                Optional<Duration> timeout,
        @Setting(
                        form = Form.DURATION,
                        value = "How long opening a connection may take.",
                        byDefault = "3s",
                        from = "10ms",
                        to = "1m")
                Duration connectTimeout,
        @Setting(
                        form = Form.DURATION,
                        value = "How long a target may be silent in the middle of its answer.",
                        leftOut = "`idle_timeout` of `limits`",
                        from = "10ms",
                        to = "1d",
                        example = "20s")
                Optional<Duration> idleTimeout,
        @Setting(
                        form = Form.DURATION,
                        value = "How long a request may take in all, the last byte of its answer included.",
                        leftOut = "no bound, so that streams may go on",
                        from = "10ms",
                        to = "1d",
                        example = "1m")
                Optional<Duration> totalTimeout,
        @Setting(
                        form = Form.COUNT,
                        value =
                                "How often a request is asked again, of another target: one that was not sent at all, or a safe one without a body that was not answered. All retries together are a fifth of all requests at most.",
                        byDefault = "1",
                        from = "0",
                        to = "5")
                int retry,
        @Setting(
                        form = Form.COUNT,
                        value =
                                "How many requests the API is given at once; over HTTP/1.1 each has a connection of its own.",
                        byDefault = "512",
                        from = "1",
                        to = "65535")
                int connections,
        @Setting(
                        form = Form.COUNT,
                        value = "How many more may wait; beyond, 503 `busy`.",
                        byDefault = "4096",
                        from = "0",
                        to = "65535")
                int pending,
        @Setting(
                        form = Form.BREAKER,
                        value =
                                "When so many of so many calls fail in that time, callers are told 503 at once for so long, and then a single call tries.",
                        byDefault = "50% of 20 in 10s for 5s")
                Optional<BreakerSettings> breaker,
        @Setting(form = Form.SECTION, value = "What is believed and shown where a target is met by TLS.")
                UpstreamTlsSettings tls) {

    public UpstreamSettings {
        targets = List.copyOf(targets);
    }

    /** What a URL alone means. */
    public static UpstreamSettings of(URI target) {
        return new UpstreamSettings(
                List.of(target),
                new Balance.RoundRobin(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(3),
                Optional.empty(),
                Optional.empty(),
                1,
                512,
                4096,
                Optional.of(new BreakerSettings(50, 20, Duration.ofSeconds(10), Duration.ofSeconds(5))),
                UpstreamTlsSettings.USUAL);
    }
}
