package dev.gatehouse.store;

import java.io.IOException;
import java.nio.file.Path;

/** Another JVM beside this one, as a second gate or a command line would be. It leaves when its input ends, or is killed. */
final class OtherProcess {
    private OtherProcess() {}

    /** Starts it and waits until it has what it came for. {@code what}: {@code postgres} or {@code gate}. */
    static Process start(String what, Path data) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        what,
                        data.toString(),
                        TestServer.binaries().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String word = process.inputReader().readLine();
        if (!"ready".equals(word)) throw new IOException("the other process said " + word);
        return process;
    }

    @SuppressWarnings("try")
    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[1]);
        try (AutoCloseable held =
                args[0].equals("gate") ? GateLock.take(data) : EmbeddedPostgres.start(data, Path.of(args[2]), "")) {
            System.out.println("ready");
            while (System.in.read() >= 0) {}
        }
    }
}
