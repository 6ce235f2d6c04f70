package dev.gatehouse;

import dev.gatehouse.config.DoorSettings;
import dev.gatehouse.store.StartFailure;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loops of the house, and what of the system they wait by. */
final class EventLoops {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

    private EventLoops() {}

    static Vertx open(int loops, DoorSettings.Transport wish) {
        Transport transport = chosen(wish, Transport.EPOLL, IoUring::tried);
        LOG.info("connections are waited for by {}", transport.name());
        return Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(loops))
                .withTransport(transport)
                .build();
    }

    /** The first that works: io_uring, epoll, Java's own. Only what may be taken is tried. */
    static Transport chosen(DoorSettings.Transport wish, Transport epoll, Supplier<Transport> ioUring) {
        return switch (wish) {
            case NIO -> Transport.NIO;
            case AUTO -> firstOf(ioUring.get(), epoll);
            case EPOLL -> insistedOn(epoll);
            case IO_URING -> insistedOn(ioUring.get());
        };
    }

    private static Transport firstOf(Transport best, Transport next) {
        if (best.available()) return best;
        return next.available() ? next : Transport.NIO;
    }

    private static Transport insistedOn(Transport some) {
        if (some.available()) return some;
        throw new StartFailure(
                "There is no " + some.name() + " here: " + some.unavailabilityCause() + ".",
                "Write `transport: auto`, which takes what works.");
    }
}
