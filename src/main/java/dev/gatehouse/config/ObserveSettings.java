package dev.gatehouse.config;

import java.net.URI;
import java.util.Optional;

/** What is told of what happens: log lines, metrics and traces. */
@Later({"explain"})
public record ObserveSettings(
        @Setting(
                        form = Form.CHOICE,
                        choices = {"auto", "json", "pretty"},
                        value = "How log lines look; `auto` is pretty on a terminal and JSON otherwise.",
                        byDefault = "auto")
                Config.Log log,
        @Setting(
                        form = Form.CHOICE,
                        choices = {"on", "off"},
                        value = "Whether the admin listener answers `/metrics` to Prometheus.",
                        byDefault = "on")
                boolean metrics,
        @Setting(
                        form = Form.COLLECTOR,
                        value =
                                "Where spans go: the OTLP endpoint of an OpenTelemetry collector, over HTTP; `/v1/traces` comes after it.",
                        byDefault = "off",
                        example = "http://127.0.0.1:4318")
                Optional<URI> traces) {}
