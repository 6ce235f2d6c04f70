package dev.gatehouse.config;

import java.time.Duration;

/** {@code failures} wrong passwords within {@code window} slow an account down. */
public record Lockout(int failures, Duration window) {}
