package dev.gatehouse.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The programs of PostgreSQL, unpacked from the class path once. */
record PostgresBinaries(Path folder) {
    /** The version of the jar on the class path; the data of one major version is not readable by another. */
    static final String VERSION = "18.4.0";

    static final String MAJOR = "18";

    private static final long MAX_UNPACKED_BYTES = 512L << 20;
    private static final int MAX_ENTRIES = 20_000;
    private static final int MAX_XZ_MEMORY_KIB = 128 << 10;

    /** The programs in {@code cache}, unpacked first when they are not there. Complete or absent: the folder appears by a rename. */
    static PostgresBinaries in(Path cache) throws IOException {
        Path folder = cache.resolve("bin-" + VERSION);
        if (!Files.isDirectory(folder)) unpack(cache, folder);
        return new PostgresBinaries(folder);
    }

    String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    private static void unpack(Path cache, Path folder) throws IOException {
        String archive = "/postgres-" + platform() + ".txz";
        Path draft = Files.createTempDirectory(cache, "unpacking-");
        try (InputStream packed = PostgresBinaries.class.getResourceAsStream(archive)) {
            if (packed == null) throw noBinaries();
            Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxr-xr-x"));
            extract(new TarArchiveInputStream(new XZInputStream(packed, MAX_XZ_MEMORY_KIB)), draft.toRealPath());
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            // Two processes may unpack at once; the one that renames first wins.
            if (!Files.isDirectory(folder)) throw failure;
        } finally {
            Folders.delete(draft);
        }
    }

    private static void extract(TarArchiveInputStream tar, Path root) throws IOException {
        long left = MAX_UNPACKED_BYTES;
        int entries = 0;
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            left -= entry.getSize();
            if (++entries > MAX_ENTRIES || left < 0)
                throw new IOException("the PostgreSQL archive is larger than it can be");
            Path target = inside(root, root.resolve(entry.getName()));
            if (entry.isDirectory()) {
                Files.createDirectories(target);
                continue;
            }
            Files.createDirectories(inside(root, target.resolve("..")));
            if (entry.isSymbolicLink()) {
                inside(root, target.resolveSibling(entry.getLinkName()));
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            } else if (entry.isFile()) {
                Files.copy(tar, target);
                Files.setPosixFilePermissions(
                        target,
                        PosixFilePermissions.fromString((entry.getMode() & 0111) == 0 ? "rw-r--r--" : "rwxr-xr-x"));
            } else {
                throw new IOException("the PostgreSQL archive holds something that is no file: " + entry.getName());
            }
        }
    }

    /** The same path without dots, which must not lead out of the root. */
    private static Path inside(Path root, Path path) throws IOException {
        Path normal = path.normalize();
        if (!normal.startsWith(root)) throw new IOException("the PostgreSQL archive leads out of its folder: " + path);
        return normal;
    }

    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch");
        boolean arm = machine.equals("aarch64") || machine.equals("arm64");
        return system + "-" + (arm ? "arm_64" : "x86_64");
    }

    private static StartFailure noBinaries() {
        return new StartFailure(
                "This build carries no PostgreSQL for " + platform() + ".",
                "Build Gatehouse on this kind of machine, or point DATABASE_URL at a PostgreSQL server.");
    }
}
