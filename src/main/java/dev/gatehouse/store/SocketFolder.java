package dev.gatehouse.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a server's socket lies: short, because the path of a socket is limited to about 100 bytes, and closed to everybody else. */
final class SocketFolder {
    private static final String NAME = "gatehouse-";
    private static final int MAX_LENGTH = 85;

    private SocketFolder() {}

    static Path make() throws IOException {
        Path folder = Files.createTempDirectory(NAME);
        if (folder.toString().length() <= MAX_LENGTH) return folder;
        Files.delete(folder);
        return Files.createTempDirectory(Path.of("/tmp"), NAME);
    }

    /** Deletes a folder that {@link #make} made, and no other. */
    static void forget(Path folder) throws IOException {
        if (String.valueOf(folder.getFileName()).startsWith(NAME)) Folders.delete(folder);
    }
}
