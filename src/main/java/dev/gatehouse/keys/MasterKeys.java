package dev.gatehouse.keys;

import dev.gatehouse.config.Config.MasterKey;
import dev.gatehouse.store.StartFailure;
import dev.gatehouse.vocabulary.Secret;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/** Where the master key comes from: {@code MASTER_KEY}, or a file that only its owner can read. */
public final class MasterKeys {
    static final int BYTES = 32;

    private static final int LONGEST_FILE = 256;
    private static final String MAKE_ONE = "Make one with: openssl rand -base64 32";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final SecureRandom random;

    public MasterKeys(SecureRandom random) {
        this.random = random;
    }

    /** Reads the key; a missing file is made when {@code mayMake}, which an external database forbids: its other nodes would not have it. Reads a file: not on an event loop. */
    public byte[] read(MasterKey setting, boolean mayMake) {
        if (setting instanceof MasterKey.Value value) return decoded(value.base64(), "MASTER_KEY");
        var path = ((MasterKey.InFile) setting).path();
        try {
            return inFile(path);
        } catch (NoSuchFileException missing) {
            if (!mayMake) {
                throw new StartFailure(
                        "There is no master key at " + path + ".",
                        "An external database needs MASTER_KEY, the same for every node. " + MAKE_ONE);
            }
            return made(path);
        } catch (IOException e) {
            throw new StartFailure(
                    "The master key at " + path + " cannot be read: " + e.getMessage() + ".", "See who owns the file.");
        }
    }

    private static byte[] inFile(Path path) throws IOException {
        long size = Files.size(path);
        if (size > LONGEST_FILE)
            throw new StartFailure("The file " + path + " is too long for a master key.", MAKE_ONE);
        refuseWhereOthersMayRead(path);
        return decoded(new Secret(Files.readString(path).strip()), path.toString());
    }

    /** A group or a world that can read the master key has every key of the house. */
    private static void refuseWhereOthersMayRead(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) return;
        var others = EnumSet.copyOf(Files.getPosixFilePermissions(path));
        others.removeAll(EnumSet.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
        if (others.isEmpty()) return;
        throw new StartFailure(
                "The master key " + path + " can be read by others than its owner.", "Run: chmod 600 " + path);
    }

    /** Written beside its name, then linked to it: a reader sees the whole key or none, and of two starters one wins. */
    private byte[] made(Path path) {
        byte[] key = new byte[BYTES];
        random.nextBytes(key);
        try {
            var folder = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file has a folder");
            Files.createDirectories(folder);
            var whole = temporary(folder, path);
            try {
                Files.writeString(
                        whole,
                        Base64.getEncoder().encodeToString(key) + "\n",
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.SYNC);
                Files.createLink(path, whole);
            } catch (FileAlreadyExistsException another) {
                return inFile(path);
            } finally {
                Files.deleteIfExists(whole);
            }
            return key;
        } catch (IOException e) {
            throw new StartFailure(
                    "The master key " + path + " cannot be made: " + e.getMessage() + ".", "See who owns the folder.");
        }
    }

    private static Path temporary(Path folder, Path path) throws IOException {
        String name = path.getFileName() + ".";
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix"))
            return Files.createTempFile(folder, name, ".new");
        return Files.createTempFile(folder, name, ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }

    private static byte[] decoded(Secret base64, String where) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(base64.reveal());
        } catch (IllegalArgumentException e) {
            throw new StartFailure("The master key in " + where + " is not base64.", MAKE_ONE);
        }
        if (key.length != BYTES)
            throw new StartFailure(
                    "The master key in " + where + " has " + key.length + " bytes instead of 32.", MAKE_ONE);
        return key;
    }
}
