package dev.gatehouse.edge;

import java.time.InstantSource;

/** Counts tokens that failed, by where they came from; a source past its limit is refused before any signature is checked. Shared by all event loops. */
public final class ForgeryGuard {
    public ForgeryGuard(InstantSource clock) {}
}
