package dev.gatehouse.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A file held by one process at a time; the operating system lets go of it when the process dies, however it dies.
 * POSIX drops a lock when <em>any</em> descriptor of the file is closed, so this JVM remembers what it holds and never opens it twice.
 */
final class HeldFile implements AutoCloseable {
    private static final Set<Path> HELD_BY_THIS_JVM = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private HeldFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** The file, held; empty when somebody else holds it. */
    static Optional<HeldFile> take(Path file) throws IOException {
        Path real = realPath(file);
        if (!HELD_BY_THIS_JVM.add(real)) return Optional.empty();
        FileChannel channel = null;
        try {
            channel = FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) return Optional.of(new HeldFile(real, channel));
        } catch (OverlappingFileLockException held) {
            // Another class loader of this JVM holds it: held is held.
        } catch (IOException failure) {
            release(real, channel);
            throw failure;
        }
        release(real, channel);
        return Optional.empty();
    }

    Path file() {
        return file;
    }

    @Override
    public void close() throws IOException {
        release(file, channel);
    }

    private static void release(Path real, @Nullable FileChannel channel) throws IOException {
        try {
            if (channel != null) channel.close();
        } finally {
            HELD_BY_THIS_JVM.remove(real);
        }
    }

    private static Path realPath(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) throw new IOException(file + " has no folder");
        return Files.createDirectories(folder).toRealPath().resolve(file.getFileName());
    }
}
