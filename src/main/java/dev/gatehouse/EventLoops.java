package dev.gatehouse;

import dev.gatehouse.config.DoorSettings;
import dev.gatehouse.store.StartFailure;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loops of the house, and what of the system they wait by. */
final class EventLoops {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

    private EventLoops() {}

    static Vertx open(int loops, DoorSettings.Transport wish) {
        Transport transport = chosen(wish, Transport.EPOLL);
        LOG.info("connections are waited for by {}", transport.name());
        return Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(loops))
                .withTransport(transport)
                .build();
    }

    static Transport chosen(DoorSettings.Transport wish, Transport epoll) {
        return switch (wish) {
            case NIO -> Transport.NIO;
            case AUTO -> epoll.available() ? epoll : Transport.NIO;
            case EPOLL -> {
                if (epoll.available()) yield epoll;
                throw new StartFailure(
                        "There is no epoll here: " + epoll.unavailabilityCause() + ".",
                        "Write `transport: auto`, which takes what works.");
            }
        };
    }
}
