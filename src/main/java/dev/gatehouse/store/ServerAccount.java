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
 * Whose rights the server runs with. PostgreSQL refuses to run as root or as a user without a name, so such a process steps aside first: into
 * a user namespace of its own, where it is called nobody, or as root to another user. Data that is already there keeps its owner.
 */
record ServerAccount(List<String> prefix, int owner) {
    private static final int ROOT = 0;
    private static final int NOBODY = 65_534;
    private static final List<String> NAMESPACE = List.of("unshare", "--user");
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** The account for this server data, which may not exist yet. */
    static ServerAccount choose(Path cluster) throws IOException {
        int me = myself();
        int owner = Files.exists(cluster) ? ownerOf(cluster) : me;
        return me == ROOT ? asRoot(owner) : asUser(me, owner, cluster);
    }

    /** The command as this account runs it. */
    List<String> running(String program, String... arguments) {
        var command = new ArrayList<String>(prefix);
        command.add(program);
        command.addAll(List.of(arguments));
        return command;
    }

    /** Whether the server needs to be let through folders that are ours. */
    boolean isSomebodyElse() {
        return prefix.contains("setpriv");
    }

    /** Makes the account the owner of a file, or of a folder and all within. */
    void own(Path path) throws IOException {
        if (!isSomebodyElse()) return;
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                return give(file);
            }

            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                return give(folder);
            }
        });
    }

    private FileVisitResult give(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
        return FileVisitResult.CONTINUE;
    }

    private static ServerAccount asRoot(int owner) {
        var namespace = new ServerAccount(NAMESPACE, ROOT);
        if (owner == ROOT && namespace.works()) return namespace;
        int other = owner == ROOT ? NOBODY : owner;
        var user = new ServerAccount(
                List.of("setpriv", "--reuid=" + other, "--regid=" + other, "--clear-groups", "--"), other);
        if (user.works()) return user;
        throw stuck(
                "PostgreSQL does not run as root, and this machine allows neither a user namespace nor a change of user.");
    }

    private static ServerAccount asUser(int me, int owner, Path cluster) {
        if (owner != me) throw foreign(cluster, owner, me);
        // What Java calls a user that /etc/passwd does not know, as in many containers.
        if (!System.getProperty("user.name").equals("?")) return new ServerAccount(List.of(), me);
        var namespace = new ServerAccount(NAMESPACE, me);
        if (namespace.works()) return namespace;
        throw stuck("PostgreSQL does not run as user " + me + ", which has no name in /etc/passwd.");
    }

    private boolean works() {
        try {
            return Program.run(running("true"), LIMIT).succeeded();
        } catch (IOException absent) {
            return false;
        }
    }

    /** The operating system says it of a file; Java has no other word for it. */
    private static int myself() throws IOException {
        Path mine = Files.createTempFile("gatehouse-", ".me");
        try {
            return ownerOf(mine);
        } finally {
            Files.delete(mine);
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

    private static StartFailure stuck(String why) {
        return new StartFailure(
                why, "Run Gatehouse as an ordinary user, or point DATABASE_URL at a PostgreSQL server.");
    }
}
