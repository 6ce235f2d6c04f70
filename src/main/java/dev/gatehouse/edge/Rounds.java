package dev.gatehouse.edge;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.unix.Buffer;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs something behind all that waits for an event loop now, and before what comes later. By epoll that is the loop's next task. io_uring hands out what waits in small
 * portions, and goes on doing so before it comes to tasks; there a time-out of no length stands in line with everybody else (decision 0263). One thing at a time.
 */
final class Rounds implements Executor {
    private final EventLoop loop;
    private final @Nullable Ring ring;

    Rounds(EventLoop loop) {
        this.loop = loop;
        this.ring = loop instanceof IoEventLoop io && io.isCompatible(IoUringIoHandle.class) ? new Ring(io) : null;
    }

    @Override
    public void execute(Runnable then) {
        if (ring == null || !ring.standsInLine(then)) loop.execute(then);
    }

    private static final class Ring implements IoUringIoHandle {
        private static final byte TIMEOUT = 11;
        private static final int TIMESPEC_BYTES = 16;

        /** All zeros. The kernel reads it when it is given the time-out. */
        private final ByteBuffer noTime = Buffer.allocateDirectWithNativeOrder(TIMESPEC_BYTES);

        private final IoUringIoOps timeout = new IoUringIoOps(
                TIMEOUT,
                (byte) 0,
                (short) 0,
                -1,
                0,
                Buffer.memoryAddress(noTime),
                1,
                0,
                0L,
                (short) 0,
                (short) 0,
                0,
                0);
        private @Nullable IoRegistration registration;
        private @Nullable Runnable then;

        Ring(IoEventLoop loop) {
            loop.register(this).addListener(done -> {
                if (done.isSuccess()) registration = (IoRegistration) done.getNow();
            });
        }

        boolean standsInLine(Runnable some) {
            if (registration == null || !registration.isValid()) return false;
            then = some;
            registration.submit(timeout);
            return true;
        }

        @Override
        public void handle(IoRegistration registered, IoEvent over) {
            Runnable due = then;
            then = null;
            if (due != null) due.run();
        }

        @Override
        public void close() {
            if (registration != null) registration.cancel();
        }
    }
}
