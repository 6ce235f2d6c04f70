package dev.gatehouse.web;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Our own addresses as the edge sees them; one per event loop. */
@FunctionalInterface
public interface OwnAddresses extends Handler<RoutingContext> {
    /**
     * The whole answer to a plain GET of this path where it is the same for everybody, the same object until something changes; null where a request has to be looked
     * at. {@link #handle} gives the same.
     */
    default @Nullable Reply document(String path) {
        return null;
    }
}
