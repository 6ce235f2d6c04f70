package dev.gatehouse.identity;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread of the C library's for one function, which gets a core while no other thread wants it (SCHED_IDLE of sched(7)) and leaves it to any that wakes up. It is none of the
 * JVM's: neither a lock nor a collection ever waits for it, however long it gets no core. Linux alone has such threads.
 */
final class IdleThread {
    private static final int SCHED_IDLE = 5;
    private static final int NANOS = Long.BYTES;
    private static final Logger LOG = LoggerFactory.getLogger(IdleThread.class);

    private final NativeLong id;
    private final Memory answer = new Memory(Long.BYTES);

    private IdleThread(NativeLong id) {
        this.id = id;
    }

    /** Calls a C function that takes a pointer and answers with an {@code int}; the argument is not touched before that has ended. Empty where no such thread can be had. */
    static Optional<IdleThread> calling(Pointer function, Pointer argument) {
        try (var id = new Memory(Long.BYTES);
                var priority = new Memory(Integer.BYTES)) {
            if (!Platform.isLinux() || C.pthread_create(id, null, function, argument) != 0) return Optional.empty();
            var begun = new IdleThread(id.getNativeLong(0));
            priority.setInt(0, 0);
            int code = C.pthread_setschedparam(begun.id, SCHED_IDLE, priority);
            if (code != 0) LOG.debug("a thread stands back like the one that began it: code {}", code);
            return Optional.of(begun);
        } catch (LinkageError no) {
            LOG.debug("there are no idle threads here", no);
            return Optional.empty();
        }
    }

    /** Waits at most so long for its end, which is told once: nobody asks again after it. */
    boolean endsWithin(Duration wait) {
        Instant until = Instant.now().plus(wait);
        try (var time = new Memory(2L * Long.BYTES)) {
            time.setLong(0, until.getEpochSecond());
            time.setLong(NANOS, until.getNano());
            return C.pthread_timedjoin_np(id, answer, time) == 0;
        }
    }

    /** What the function came back with, after the end. */
    int answer() {
        return answer.getInt(0);
    }

    private static final class C {
        static {
            Native.register(C.class, NativeLibrary.getProcess());
        }

        private C() {}

        static native int pthread_create(Pointer id, @Nullable Pointer attributes, Pointer function, Pointer argument);

        static native int pthread_setschedparam(NativeLong id, int policy, Pointer parameters);

        static native int pthread_timedjoin_np(NativeLong id, Pointer answer, Pointer until);
    }
}
