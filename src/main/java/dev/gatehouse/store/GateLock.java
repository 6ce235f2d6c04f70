package dev.gatehouse.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One gate per data folder. Held for the life of the gate; a crash of any kind lets go of it. */
public final class GateLock implements AutoCloseable {
    private final HeldFile held;

    private GateLock(HeldFile held) {
        this.held = held;
    }

    /** The lock, or a {@link StartFailure} that names the process that has it. */
    public static GateLock take(Path data) {
        // The process id stands beside the lock: reading the locked file itself could drop the lock (see HeldFile).
        Path pid = data.resolve("gate.pid");
        try {
            Folders.make(data);
            HeldFile held = HeldFile.take(data.resolve("gate.lock")).orElseThrow(() -> taken(data, pid));
            Files.writeString(pid, ProcessHandle.current().pid() + "\n");
            return new GateLock(held);
        } catch (IOException failure) {
            throw Folders.unusable(data, failure);
        }
    }

    @Override
    public void close() throws IOException {
        held.close();
    }

    private static StartFailure taken(Path data, Path pid) {
        return new StartFailure(
                "Another gate (process " + read(pid) + ") is already running on the data in " + data + ".",
                "Stop it first, or give this one a folder of its own with --data.");
    }

    private static String read(Path pid) {
        try {
            return Files.readString(pid).strip();
        } catch (IOException unreadable) {
            return "unknown";
        }
    }
}
