import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs every statement of the jar on a small and on a large database, each for many people, twice for each of them, says what the second took at the median (and on the large one the first), and fails where one reads a table that grows from end to end. Started by
 * {@code plans}, which names everything in the databases by numbers: what a statement is given is somebody who is there, or, where that offends, somebody new.
 */
final class Plans {
    private static final int WARM_UP = 5;
    private static final int RUNS = 31;
    /** Of what is new in a statement and what is not. */
    private static final int MOST_CHOICES = 256;

    private static final Pattern STATEMENT = Pattern.compile("\\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\\s[\\s\\S]*");
    private static final Pattern SCAN = Pattern.compile("Seq Scan on (\\w+)");
    private static final Pattern NODE = Pattern.compile("(Index Only Scan|Index Scan|Bitmap Index Scan|Seq Scan)(?: Backward)? (?:using|on) (\\w+)");
    private static final Pattern TIME = Pattern.compile("Execution Time: ([\\d.]+) ms");
    private static final Pattern BUFFERS = Pattern.compile("Buffers: shared hit=(\\d+)(?: read=(\\d+))?");
    /** Few rows by their nature, or read whole at a start or by the command line. */
    private static final Set<String> SMALL = Set.of("house", "server_secret", "signing_key", "client", "client_secret", "initial_access_token", "schema_migration", "schema_version");

    /** A statement on one database: microseconds at the median when it comes for the first time for somebody, and when it comes again; buffers, the last plan. */
    private record Measured(long first, long again, int buffers, String plan) {
        /** Whatever it is given, it offends a constraint. */
        static Measured planned(String plan) {
            return new Measured(-1, -1, 0, plan);
        }

        boolean ran() {
            return again >= 0;
        }
    }

    /** One database, over one connection. People are numbered to {@code users}. */
    private record Side(Pool pool, int users) {
        static Side of(Vertx vertx, String url, int users) {
            var options = PgConnectOptions.fromUri(url).setCachePreparedStatements(false);
            for (String setting : List.of("plan_cache_mode=force_generic_plan", "enable_seqscan=off", "jit=off", "TimeZone=UTC")) {
                String[] pair = setting.split("=");
                options.addProperty(pair[0], pair[1]);
            }
            return new Side(PgBuilder.pool().with(new PoolOptions().setMaxSize(1)).connectingTo(options).using(vertx).build(), users);
        }

        String[] prepare(String name, String statement) {
            return pool.query("PREPARE " + name + " AS " + statement)
                    .execute()
                    .compose(prepared -> pool.preparedQuery("SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = $1").execute(Tuple.of(name)))
                    .map(found -> found.iterator().next().getArrayOfStrings("types"))
                    .await();
        }

        /** Taken back afterwards. Empty where it offends. */
        String explained(String name, String values, boolean run) {
            try {
                return pool.withConnection(connection -> connection
                                .query("BEGIN; EXPLAIN " + (run ? "(ANALYZE, BUFFERS, TIMING OFF) " : "") + "EXECUTE " + name + values)
                                .execute()
                                .eventually(() -> connection.query("ROLLBACK").execute()))
                        .map(rows -> {
                            var text = new StringBuilder();
                            for (var each = rows; each != null; each = each.next())
                                for (Row line : each) text.append(line.getString(0)).append('\n');
                            return text.toString();
                        })
                        .await();
            } catch (RuntimeException offended) {
                return "";
            }
        }

        /** Somebody who has everything that somebody may have. */
        int anybody(Random random) {
            return 100 * (1 + random.nextInt(users / 100));
        }

        Measured measured(String name, String[] types, int choice, Random random) {
            if (choice < 0) return Measured.planned(explained(name, values(types, 0, 100), false));
            var first = new ArrayList<Long>();
            var again = new ArrayList<Long>();
            String plan = "";
            for (int run = 0; run < WARM_UP + RUNS; run++) {
                String values = values(types, choice, anybody(random));
                long micros = micros(explained(name, values, true));
                plan = explained(name, values, true);
                if (run < WARM_UP || micros < 0 || micros(plan) < 0) continue;
                first.add(micros);
                again.add(micros(plan));
            }
            if (again.size() < RUNS / 2) return Measured.planned(explained(name, values(types, 0, 100), false));
            return new Measured(median(first), median(again), buffers(plan), plan);
        }
    }

    public static void main(String[] arguments) throws Exception {
        int users = Integer.parseInt(arguments[2]);
        Vertx vertx = Vertx.vertx();
        Side small = Side.of(vertx, arguments[1] + "/gatehouse_small", users / 1000);
        Side large = Side.of(vertx, arguments[1] + "/gatehouse", users);
        var failed = new ArrayList<String>();
        var planned = new ArrayList<String>();
        var random = new Random(4711);
        int number = 0;
        System.out.printf("%-45s %9s %9s %6s %9s %8s  %s%n", "statement", "small µs", "large µs", "ratio", "first µs", "buffers", "plan");
        for (Map.Entry<String, String> statement : statements(arguments[0]).entrySet()) {
            String name = "p" + ++number;
            String[] types = small.prepare(name, statement.getValue());
            large.prepare(name, statement.getValue());
            int choice = choice(small, name, types, statement.getValue());
            Measured few = small.measured(name, types, choice, random);
            Measured many = large.measured(name, types, choice, random);
            var whole = whole(many.plan());
            if (!whole.isEmpty()) failed.add(statement.getKey() + "\n" + many.plan());
            if (!many.ran() || !few.ran()) {
                planned.add(statement.getKey());
                if (whole.isEmpty()) continue;
            }
            System.out.printf(
                    "%-45s %9d %9d %6.1f %9d %8d  %s%n",
                    statement.getKey(),
                    few.again(),
                    many.again(),
                    (double) many.again() / Math.max(1, few.again()),
                    many.first(),
                    many.buffers(),
                    whole.isEmpty() ? nodes(many.plan()) : "READS ALL OF " + whole);
        }
        System.out.println("only planned, by index: " + String.join(", ", planned));
        small.pool().close().await();
        large.pool().close().await();
        vertx.close().await();
        failed.forEach(System.out::println);
        System.exit(failed.isEmpty() ? 0 : 1);
    }

    private static long micros(String plan) {
        Matcher time = TIME.matcher(plan);
        return time.find() ? Math.round(Double.parseDouble(time.group(1)) * 1000) : -1;
    }

    private static int buffers(String plan) {
        Matcher read = BUFFERS.matcher(plan);
        return read.find() ? Integer.parseInt(read.group(1)) + (read.group(2) == null ? 0 : Integer.parseInt(read.group(2))) : 0;
    }

    private static long median(List<Long> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }

    /** Which of the texts and hashes are new, as bits, so that the statement does its work; -1 where it never does. */
    private static int choice(Side side, String name, String[] types, String statement) {
        int names = (int) List.of(types).stream().filter(type -> type.equals("text") || type.equals("bytea")).count();
        boolean adds = statement.contains("INSERT INTO");
        int second = -1;
        for (int choice = 0; choice < Math.min(MOST_CHOICES, 1 << names); choice++) {
            String plan = side.explained(name, values(types, choice, 100), true);
            if (plan.isEmpty()) continue;
            if (!adds || !plan.contains("Tuples Inserted: 0")) return choice;
            if (second < 0) second = choice;
        }
        return second;
    }

    private static Set<String> whole(String plan) {
        var whole = new LinkedHashSet<String>();
        Matcher scan = SCAN.matcher(plan);
        while (scan.find()) {
            String table = scan.group(1).replaceFirst("_\\d$", "");
            if (!SMALL.contains(table)) whole.add(table);
        }
        return whole;
    }

    private static String nodes(String plan) {
        var nodes = new LinkedHashSet<String>();
        Matcher node = NODE.matcher(plan);
        while (node.find()) nodes.add(node.group(1).replace(" Scan", "").toLowerCase() + " " + node.group(2).replaceFirst("^one_time_\\d", "one_time"));
        return nodes.isEmpty() ? plan.lines().findFirst().orElse("").replaceAll(" +\\(.*", "").strip() : String.join(", ", nodes);
    }

    private static String values(String[] types, int choice, int person) {
        if (types.length == 0) return "";
        var values = new ArrayList<String>();
        int name = 0;
        for (String type : types) {
            boolean isNew = (type.equals("text") || type.equals("bytea")) && (choice >> name++ & 1) == 1;
            String who = isNew ? "new" + person : String.valueOf(person);
            values.add(
                    switch (type) {
                        case "text" -> "'u" + who + "'";
                        case "bytea" -> "sha256('t" + who + "')";
                        case "text[]" -> "'{api}'";
                        case "boolean" -> "false";
                        case "jsonb", "json" -> "'{}'";
                        case "timestamp with time zone" -> "now()";
                        case "smallint", "integer", "bigint", "numeric" -> "1";
                        default -> "NULL";
                    });
        }
        return "(" + String.join(", ", values) + ")";
    }

    private static TreeMap<String, String> statements(String jar) throws Exception {
        var found = new TreeMap<String, String>();
        try (var file = new JarFile(jar)) {
            for (var entries = file.entries(); entries.hasMoreElements(); ) {
                String name = entries.nextElement().getName();
                if (!name.startsWith("dev/gatehouse/") || !name.endsWith(".class") || name.endsWith("-info.class")) continue;
                Class<?> type = Class.forName(name.substring(0, name.length() - 6).replace('/', '.'), false, Plans.class.getClassLoader());
                for (var field : type.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers()) || field.getType() != String.class) continue;
                    field.setAccessible(true);
                    String text = (String) field.get(null);
                    if (text != null && STATEMENT.matcher(text).matches())
                        found.put(name.replaceAll(".*/|\\.class$", "") + "." + field.getName(), text);
                }
            }
        }
        return found;
    }
}
