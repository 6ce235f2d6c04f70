import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What can be read of a gate from outside: its process and its metrics. */
final class Gate {
    private final int admin;
    private final String pid;
    private final HttpClient client = HttpClient.newHttpClient();

    Gate(int admin, String pid) {
        this.admin = admin;
        this.pid = pid;
    }

    /** Proportional set size of the process, without its children, in KiB. */
    long pss() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", pid, "smaps_rollup"))) if (line.startsWith("Pss:")) return Long.parseLong(line.replaceAll("\\D", ""));
        throw new IOException("no Pss");
    }

    void collect() throws IOException {
        jdk("jcmd", pid, "GC.run");
    }

    /** What is alive after a collection, in KiB. */
    long heap() throws IOException {
        collect();
        String[] figures = jdk("jstat", "-gc", pid).lines().skip(1).findFirst().orElseThrow().trim().split("\\s+");
        return (long) (Double.parseDouble(figures[2]) + Double.parseDouble(figures[3]) + Double.parseDouble(figures[5]) + Double.parseDouble(figures[7]));
    }

    /** Of classes, the first lines. */
    String histogram(int lines) throws IOException {
        return String.join("\n", jdk("jmap", "-histo:live", pid).lines().limit(lines).toList());
    }

    /** By part of the JVM; it has to be started with {@code -XX:NativeMemoryTracking=summary}. */
    String outsideHeap() throws IOException {
        return jdk("jcmd", pid, "VM.native_memory", "summary");
    }

    /** Summed over labels. */
    long metric(String name) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics")).timeout(Duration.ofMillis(Wire.PATIENCE_MILLIS)).build();
        double sum = 0;
        for (String line : client.send(request, BodyHandlers.ofString()).body().split("\n"))
            if (line.startsWith(name + " ") || line.startsWith(name + "{")) sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
        return (long) sum;
    }

    /** Whether the gauge reads that within that time. */
    boolean reads(String gauge, long wanted, Duration within) throws Exception {
        long until = System.nanoTime() + within.toNanos();
        while (metric(gauge) != wanted) {
            if (System.nanoTime() > until) return false;
            Wire.sleep(500);
        }
        return true;
    }

    private static String jdk(String... command) throws IOException {
        String[] whole = command.clone();
        whole[0] = Path.of(System.getProperty("java.home"), "bin", command[0]).toString();
        return new String(new ProcessBuilder(whole).redirectErrorStream(true).start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
