package dev.gatehouse.config;

/**
 * One value in force and where it came from, for {@code config show --origin}: {@code apis.orders.timeout}, {@code 3s},
 * {@code config/gatehouse.yaml:12:14}. Secrets are masked.
 */
public record Effective(String path, String value, String origin) {}
