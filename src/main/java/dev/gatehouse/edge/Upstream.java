package dev.gatehouse.edge;

/** What stands behind a route. Takes a request that may pass, and answers it or refuses it. */
@FunctionalInterface
interface Upstream {
    void forward(Passage passage);
}
