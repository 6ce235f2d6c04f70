package dev.gatehouse.identity;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a thread stand back behind the others of the machine, which on Linux has a value for each of them (setpriority(2), BUGS); elsewhere nothing happens. Java's own
 * priorities mean nothing there.
 */
final class Niceness {
    /** A third of an event loop's weight where both want a core, and all of the core where nobody else does. */
    private static final int NICE = 5;

    private static final int THIS_THREAD = 0;
    private static final Logger LOG = LoggerFactory.getLogger(Niceness.class);
    private static final ThreadLocal<Boolean> STOOD_BACK = ThreadLocal.withInitial(Niceness::asked);

    private Niceness() {}

    /** For the rest of the calling thread's life. */
    static void standBack() {
        STOOD_BACK.get();
    }

    private static boolean asked() {
        try {
            return Platform.isLinux() && C.setpriority(0, THIS_THREAD, NICE) == 0;
        } catch (LinkageError no) {
            LOG.debug("threads have no priorities here", no);
            return false;
        }
    }

    private static final class C {
        static {
            Native.register(C.class, NativeLibrary.getInstance(Platform.C_LIBRARY_NAME));
        }

        private C() {}

        static native int setpriority(int which, int who, int nice);
    }
}
