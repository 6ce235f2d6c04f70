package dev.gatehouse.web;

/** Which web pages may read what we answer, asked anew each time: apps come and go. */
@FunctionalInterface
public interface AllowedOrigins {
    /** {@code origin} as the browser sends it (RFC 6454 §6.2). */
    boolean allows(String origin);
}
