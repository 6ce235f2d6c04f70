package dev.gatehouse.store;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose rights the server runs with. PostgreSQL refuses to run as root, so root steps down first: into a user namespace of its own
 * where that is allowed, else to an unprivileged user. The choice follows the owner of data that is already there.
 */
record ServerAccount(List<String> prefix, int owner) {
    private static final int ROOT = 0;
    private static final int NOBODY = 65_534;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /**
     * @param cluster the data of the server, which may not exist yet
     * @param scratch a folder this process has just made
     */
    static ServerAccount choose(Path cluster, Path scratch) throws IOException {
        int me = ownerOf(scratch);
        int owner = Files.exists(cluster) ? ownerOf(cluster) : me;
        if (me != ROOT) {
            if (owner != me) throw foreign(cluster, owner, me);
            return new ServerAccount(List.of(), me);
        }
        if (owner != ROOT) return steppingDownTo(owner, scratch);
        List<String> namespace = List.of("unshare", "--user");
        return works(namespace, scratch) ? new ServerAccount(namespace, ROOT) : steppingDownTo(NOBODY, scratch);
    }

    /** The command as this account runs it. */
    List<String> running(String program, String... arguments) {
        var command = new ArrayList<String>(prefix);
        command.add(program);
        command.addAll(List.of(arguments));
        return command;
    }

    /** Makes the account the owner of a file or of a folder and all within. */
    void own(Path path) throws IOException {
        if (ownerOf(path) == owner && !Files.isDirectory(path)) return;
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                give(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                give(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void give(Path path) throws IOException {
        if (ownerOf(path) != owner) Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
    }

    private static ServerAccount steppingDownTo(int owner, Path scratch) throws IOException {
        List<String> command = List.of("setpriv", "--reuid=" + owner, "--regid=" + owner, "--clear-groups", "--");
        if (!works(command, scratch)) throw stuckAsRoot();
        return new ServerAccount(command, owner);
    }

    private static boolean works(List<String> prefix, Path scratch) {
        try {
            return Program.run(new ServerAccount(prefix, ROOT).running("true"), scratch, LIMIT)
                    .succeeded();
        } catch (IOException absent) {
            return false;
        }
    }

    private static int ownerOf(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private static StartFailure foreign(Path cluster, int owner, int me) {
        return new StartFailure(
                "The database in " + cluster + " belongs to user " + owner + ", and this process runs as user " + me
                        + ".",
                "Run Gatehouse as its owner, give the folder to this user with chown -R, or name another folder with --data.");
    }

    private static StartFailure stuckAsRoot() {
        return new StartFailure(
                "PostgreSQL does not run as root, and this machine allows neither a user namespace nor a change of user.",
                "Run Gatehouse as an ordinary user, or point DATABASE_URL at a PostgreSQL server.");
    }
}
