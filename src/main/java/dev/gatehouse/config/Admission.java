package dev.gatehouse.config;

/** Who makes an account for themselves. */
public enum Admission {
    /** Anybody. */
    OPEN,
    /** Whoever was given a link for it. */
    INVITE,
    /** Nobody. */
    CLOSED
}
