import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * `upstream PORT`: the API. `people PORT LOGINS`: so many who log in without a pause between the lines `begin` and `end` of standard input, each with an account and an address of their own, as a trusted
 * proxy would tell it. `traffic PORT TOKEN SECONDS RATE ROUNDS WARM PEOPLE…`: proxied requests at a steady rate, each counted from the moment at which it was due; calm, then while the people, begun by
 * that command, log in; so many rounds, after so many seconds of each that do not count.
 */
public final class Storm {
    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "upstream" -> upstream(Integer.parseInt(arguments[1]));
            case "people" -> new People(arguments[1], Integer.parseInt(arguments[2])).run();
            default -> new Traffic(arguments).run();
        }
        if (!arguments[0].equals("upstream")) System.exit(0);
    }

    private static void upstream(int port) throws Exception {
        var upstream = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        var body = new byte[1024];
        upstream.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        upstream.setExecutor(Executors.newFixedThreadPool(4));
        upstream.start();
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private static double at(double part, List<Long> nanos) {
        var sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        return sorted.isEmpty() ? 0 : sorted.get((int) (part * (sorted.size() - 1))) / 1e6;
    }

    /** Answers each `end` with one line: how often which status came, and how long the answers took that let somebody in. */
    private static final class People {
        private final HttpClient client = client();
        private final String gate;
        private final int logins;

        People(String port, int logins) {
            this.gate = "http://127.0.0.1:" + port;
            this.logins = logins;
        }

        void run() throws Exception {
            for (int i = 0; i < logins; i++) {
                HttpResponse<String> answer = client.send(post("/register", i), BodyHandlers.ofString());
                if (answer.statusCode() != 201) throw new IllegalStateException(answer.body());
            }
            var lines = new BufferedReader(new InputStreamReader(System.in));
            System.out.println("ready");
            while (lines.readLine() != null) {
                var over = new AtomicBoolean();
                var statuses = new ConcurrentSkipListMap<Integer, Integer>();
                var nanos = Collections.synchronizedList(new ArrayList<Long>());
                ExecutorService crowd = Executors.newFixedThreadPool(logins);
                for (int i = 0; i < logins; i++) {
                    HttpRequest login = post("/login", i);
                    crowd.execute(() -> logIn(login, over, statuses, nanos));
                }
                lines.readLine();
                over.set(true);
                crowd.shutdown();
                crowd.awaitTermination(20, TimeUnit.SECONDS);
                System.out.printf(Locale.ROOT, "%s, let in after %.0f ms (median), %.0f ms (p99)%n", statuses, at(0.5, nanos), at(0.99, nanos));
            }
        }

        private void logIn(HttpRequest login, AtomicBoolean over, Map<Integer, Integer> statuses, List<Long> nanos) {
            while (!over.get()) {
                try {
                    long asked = System.nanoTime();
                    HttpResponse<String> answer = client.send(login, BodyHandlers.ofString());
                    statuses.merge(answer.statusCode(), 1, Integer::sum);
                    if (answer.statusCode() == 200) nanos.add(System.nanoTime() - asked);
                    else if (answer.statusCode() == 503 && answer.headers().firstValue("Retry-After").isPresent()) {
                        // Whoever is told to come back does so, though sooner than was asked; no two keep step.
                        Thread.sleep(ThreadLocalRandom.current().nextInt(100, 300));
                    }
                } catch (Exception failed) {
                    statuses.merge(0, 1, Integer::sum);
                }
            }
        }

        private HttpRequest post(String path, int person) {
            return HttpRequest.newBuilder(URI.create(gate + path))
                    .header("Content-Type", "application/json")
                    .header("X-Forwarded-For", "203.0.113." + person)
                    .POST(BodyPublishers.ofString("{\"username\":\"bench" + person + "\",\"password\":\"a-long-way-down-42\"}"))
                    .build();
        }
    }

    private static final class Traffic {
        private final HttpClient client = client();
        private final HttpRequest request;
        private final int seconds;
        private final int rate;
        private final int rounds;
        private final int warm;
        private final Process people;
        private final BufferedReader told;
        private final PrintStream tell;

        Traffic(String[] arguments) throws Exception {
            request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + arguments[1] + "/items"))
                    .header("Authorization", "Bearer " + arguments[2])
                    .build();
            seconds = Integer.parseInt(arguments[3]);
            rate = Integer.parseInt(arguments[4]);
            rounds = Integer.parseInt(arguments[5]);
            warm = Integer.parseInt(arguments[6]);
            people = new ProcessBuilder(List.of(arguments).subList(7, arguments.length)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            told = people.inputReader();
            tell = new PrintStream(people.getOutputStream(), true);
        }

        private record Seen(List<Long> nanos, int failed, String logins) {
            void print(String phase) {
                System.out.printf(
                        Locale.ROOT,
                        "| %s | %d | %d | %.2f | %.2f | %.2f | %s |%n",
                        phase,
                        nanos.size(),
                        failed,
                        at(0.5, nanos),
                        at(0.9, nanos),
                        at(0.99, nanos),
                        logins);
            }
        }

        void run() throws Exception {
            if (!"ready".equals(told.readLine())) throw new IllegalStateException("nobody could register");
            calm(warm);
            storm(warm);
            calm(2);
            System.out.println("| phase | proxied | failed | p50 ms | p90 ms | p99 ms | logins |");
            System.out.println("|---|---|---|---|---|---|---|");
            var calm = new ArrayList<Long>();
            var stormy = new ArrayList<Long>();
            for (int round = 0; round < rounds; round++) {
                Seen before = calm(seconds);
                before.print("calm");
                Seen meanwhile = storm(seconds);
                meanwhile.print("storm");
                calm.addAll(before.nanos());
                stormy.addAll(meanwhile.nanos());
            }
            System.out.printf(
                    Locale.ROOT,
                    "p99 of all rounds: %.2f ms calm, %.2f ms in the storm, %.2f times%n",
                    at(0.99, calm),
                    at(0.99, stormy),
                    at(0.99, stormy) / at(0.99, calm));
            people.destroy();
        }

        private Seen storm(int seconds) throws Exception {
            tell.println("begin");
            Seen seen = calm(seconds);
            tell.println("end");
            return new Seen(seen.nanos(), seen.failed(), told.readLine());
        }

        private Seen calm(int seconds) throws Exception {
            var nanos = Collections.synchronizedList(new ArrayList<Long>());
            var failed = new AtomicInteger();
            var under = new ArrayList<CompletableFuture<HttpResponse<Void>>>();
            long begin = System.nanoTime();
            for (int i = 0; i < rate * seconds; i++) {
                long due = begin + i * 1_000_000_000L / rate;
                while (System.nanoTime() < due) LockSupport.parkNanos(due - System.nanoTime());
                var asked = client.sendAsync(request, BodyHandlers.discarding());
                asked.whenComplete((answer, failure) -> {
                    if (failure == null && answer.statusCode() == 200) nanos.add(System.nanoTime() - due);
                    else failed.incrementAndGet();
                });
                under.add(asked);
            }
            for (var each : under) each.handle((answer, failure) -> answer).get(20, TimeUnit.SECONDS);
            return new Seen(nanos, failed.get(), "");
        }
    }
}
