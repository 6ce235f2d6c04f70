import com.sun.net.httpserver.HttpServer;
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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * `PORT UPSTREAM_PORT TOKEN SECONDS RATE LOGINS`: proxied requests at a steady rate, each counted from the moment at which it was due; calm, then with so many people who log in without a pause, twice over.
 * Each of them has an account and an address of their own, as a trusted proxy would tell it.
 */
public final class Storm {
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpClient people = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String gate;
    private final String token;
    private final int seconds;
    private final int rate;
    private final int logins;

    private Storm(String[] arguments) {
        gate = "http://127.0.0.1:" + arguments[0];
        token = arguments[2];
        seconds = Integer.parseInt(arguments[3]);
        rate = Integer.parseInt(arguments[4]);
        logins = Integer.parseInt(arguments[5]);
    }

    public static void main(String[] arguments) throws Exception {
        var upstream = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[1])), 0);
        var body = new byte[1024];
        upstream.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        upstream.setExecutor(Executors.newFixedThreadPool(4));
        upstream.start();
        new Storm(arguments).run();
        System.exit(0);
    }

    private void run() throws Exception {
        for (int i = 0; i < logins; i++) register(i);
        traffic();
        storm(this::traffic);
        System.out.println("| phase | proxied | failed | p50 ms | p99 ms | logins |");
        System.out.println("|---|---|---|---|---|---|");
        var ratios = new ArrayList<Double>();
        for (int round = 0; round < 2; round++) {
            Seen calm = traffic();
            print("calm", calm, Map.of());
            var statuses = new ConcurrentSkipListMap<Integer, Integer>();
            Seen stormy = storm(this::traffic, statuses);
            print("storm", stormy, statuses);
            ratios.add(stormy.at(0.99) / calm.at(0.99));
        }
        for (double ratio : ratios) System.out.printf(Locale.ROOT, "p99 storm / calm: %.2f%n", ratio);
    }

    private interface Phase {
        Seen run() throws Exception;
    }

    private record Seen(List<Long> nanos, int failed) {
        double at(double part) {
            return nanos.isEmpty() ? 0 : nanos.get((int) (part * (nanos.size() - 1))) / 1e6;
        }
    }

    private Seen storm(Phase traffic) throws Exception {
        return storm(traffic, new ConcurrentSkipListMap<>());
    }

    private Seen storm(Phase traffic, Map<Integer, Integer> statuses) throws Exception {
        var over = new AtomicBoolean();
        var crowd = Executors.newFixedThreadPool(logins);
        for (int i = 0; i < logins; i++) {
            HttpRequest login = post("/login", i);
            crowd.execute(() -> {
                while (!over.get()) {
                    try {
                        var answer = people.send(login, BodyHandlers.ofString());
                        statuses.merge(answer.statusCode(), 1, Integer::sum);
                        // A caller who is told to come back does so, though sooner than was asked.
                        if (answer.statusCode() == 503) Thread.sleep(200);
                    } catch (Exception failed) {
                        statuses.merge(0, 1, Integer::sum);
                    }
                }
            });
        }
        Seen seen = traffic.run();
        over.set(true);
        crowd.shutdown();
        crowd.awaitTermination(20, TimeUnit.SECONDS);
        return seen;
    }

    private HttpRequest post(String path, int person) {
        return HttpRequest.newBuilder(URI.create(gate + path))
                .header("Content-Type", "application/json")
                .header("X-Forwarded-For", "203.0.113." + person)
                .POST(BodyPublishers.ofString("{\"username\":\"bench" + person + "\",\"password\":\"a-long-way-down-42\"}"))
                .build();
    }

    private void register(int person) throws Exception {
        HttpResponse<String> answer = people.send(post("/register", person), BodyHandlers.ofString());
        if (answer.statusCode() != 201) throw new IllegalStateException(answer.body());
    }

    private Seen traffic() throws Exception {
        var nanos = Collections.synchronizedList(new ArrayList<Long>());
        var failed = new AtomicInteger();
        var under = new ArrayList<CompletableFuture<HttpResponse<Void>>>();
        var request = HttpRequest.newBuilder(URI.create(gate + "/items"))
                .header("Authorization", "Bearer " + token)
                .build();
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
        var sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        return new Seen(sorted, failed.get());
    }

    private static void print(String phase, Seen seen, Map<Integer, Integer> statuses) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %.2f | %.2f | %s |%n",
                phase,
                seen.nanos().size(),
                seen.failed(),
                seen.at(0.5),
                seen.at(0.99),
                new TreeMap<>(statuses));
    }
}
