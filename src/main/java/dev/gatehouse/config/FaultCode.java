package dev.gatehouse.config;

/** What can be wrong, by stable code; {@code src/docs/faults.md} lists the same sentences. */
public enum FaultCode {
    /** The file cannot be read. */
    GH100,
    /** A change that only a restart takes up. */
    GH302;
}
