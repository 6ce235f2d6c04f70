package dev.gatehouse.edge;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many more connections a process can have: each is a file to the system, and of those there is a limit (RLIMIT_NOFILE). A gate that counts them never meets it: where
 * no file is left, nobody can be accepted in order to be sent away, databases are not reached, and what the system does then is different everywhere.
 */
public final class Files {
    /** For everything that is not counted: databases, logs, settings that are read again, health checks, and callers who are sent away. */
    private static final long BESIDE = 100;

    private static final long FEWEST = 16;

    private Files() {}

    /** At this moment. */
    public static long left() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? left(system.getMaxFileDescriptorCount(), system.getOpenFileDescriptorCount())
                : Long.MAX_VALUE;
    }

    static long left(long most, long open) {
        return most < 0 ? Long.MAX_VALUE : Math.max(FEWEST, most - open - BESIDE);
    }
}
