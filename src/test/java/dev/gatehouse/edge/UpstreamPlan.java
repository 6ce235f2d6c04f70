package dev.gatehouse.edge;

import dev.gatehouse.config.Balance;
import dev.gatehouse.config.BreakerSettings;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.HealthCheck;
import dev.gatehouse.config.UpstreamSettings;
import dev.gatehouse.config.UpstreamTlsSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of an upstream in a test: the defaults, and what the test is about. */
final class UpstreamPlan {
    private final List<URI> targets;
    private Balance balance = new Balance.RoundRobin();
    private Optional<HealthCheck> health = Optional.empty();
    private Duration connectTimeout = Duration.ofSeconds(3);
    private Optional<Duration> idleTimeout = Optional.empty();
    private Optional<Duration> totalTimeout = Optional.empty();
    private int retry = 1;
    private int connections = 512;
    private int pending = 1024;
    private Optional<BreakerSettings> breaker = Optional.empty();

    private UpstreamPlan(List<URI> targets) {
        this.targets = targets;
    }

    static UpstreamPlan of(URI... targets) {
        return new UpstreamPlan(List.of(targets));
    }

    UpstreamPlan balance(Balance some) {
        balance = some;
        return this;
    }

    UpstreamPlan health(Duration every) {
        health = Optional.of(new HealthCheck("GET", "/healthz", every));
        return this;
    }

    UpstreamPlan connectTimeout(Duration some) {
        connectTimeout = some;
        return this;
    }

    UpstreamPlan idleTimeout(Duration some) {
        idleTimeout = Optional.of(some);
        return this;
    }

    UpstreamPlan totalTimeout(Duration some) {
        totalTimeout = Optional.of(some);
        return this;
    }

    UpstreamPlan retry(int some) {
        retry = some;
        return this;
    }

    UpstreamPlan places(int some, int seats) {
        connections = some;
        pending = seats;
        return this;
    }

    UpstreamPlan breaker(int percent, int calls, Duration rest) {
        breaker = Optional.of(new BreakerSettings(percent, calls, Duration.ofSeconds(10), rest));
        return this;
    }

    UpstreamSettings settings() {
        return new UpstreamSettings(
                targets,
                balance,
                health,
                Optional.empty(),
                connectTimeout,
                idleTimeout,
                totalTimeout,
                retry,
                connections,
                pending,
                breaker,
                UpstreamTlsSettings.USUAL);
    }

    Config.Upstream upstream() {
        return new Config.Upstream.Http(settings());
    }
}
