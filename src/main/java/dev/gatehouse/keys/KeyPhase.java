package dev.gatehouse.keys;

/** Where a signing key stands. A key only moves to the right. */
public enum KeyPhase {
    /** Published, so that everybody knows it before it is used. */
    NEXT,
    /** Signs; one per algorithm. */
    ACTIVE,
    /** Signs no more; still published until no token it signed can be alive. */
    RETIRED
}
