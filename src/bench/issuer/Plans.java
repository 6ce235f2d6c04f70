import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/** Explains every statement of the jar on the database it is given and fails where one reads a table that grows from end to end. Started by {@code plans}. */
final class Plans {
    private static final Pattern STATEMENT = Pattern.compile("\\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\\s[\\s\\S]*");
    private static final Pattern SCAN = Pattern.compile("Seq Scan on (\\w+)");
    private static final Pattern TIME = Pattern.compile("Execution Time: ([\\d.]+) ms");
    private static final Pattern BUFFERS = Pattern.compile("Buffers: shared hit=(\\d+)(?: read=(\\d+))?");
    private static final Set<String> BIG = Set.of("account", "session", "refresh_family", "client", "one_time", "interaction", "device_authorization", "consent");
    /** Small on purpose: what is read whole at a start or by the command line. */
    private static final Set<String> WHOLE = Set.of("client");

    public static void main(String[] arguments) throws Exception {
        var options = PgConnectOptions.fromUri(arguments[1]);
        for (String setting : List.of("plan_cache_mode=force_generic_plan", "enable_seqscan=off", "jit=off")) {
            String[] pair = setting.split("=");
            options.addProperty(pair[0], pair[1]);
        }
        Vertx vertx = Vertx.vertx();
        Pool pool = PgBuilder.pool().with(new PoolOptions().setMaxSize(1)).connectingTo(options).using(vertx).build();
        var failed = new ArrayList<String>();
        System.out.printf("%-45s %10s %9s  %s%n", "statement", "ms", "buffers", "plan");
        int number = 0;
        for (var statement : statements(arguments[0]).entrySet()) {
            String plan = plan(pool, "p" + ++number, statement.getValue());
            var scan = SCAN.matcher(plan);
            var whole = new ArrayList<String>();
            while (scan.find()) {
                String table = scan.group(1).replaceFirst("_\\d$", "");
                if (BIG.contains(table) && !WHOLE.contains(table)) whole.add(table);
            }
            var time = TIME.matcher(plan);
            var buffers = BUFFERS.matcher(plan);
            System.out.printf(
                    "%-45s %10s %9s  %s%n",
                    statement.getKey(),
                    time.find() ? time.group(1) : "-",
                    buffers.find() ? Integer.parseInt(buffers.group(1)) + (buffers.group(2) == null ? 0 : Integer.parseInt(buffers.group(2))) : "-",
                    whole.isEmpty() ? "by index" : "READS ALL OF " + whole);
            if (!whole.isEmpty()) failed.add(statement.getKey() + "\n" + plan);
        }
        pool.close().await();
        vertx.close().await();
        failed.forEach(System.out::println);
        System.exit(failed.isEmpty() ? 0 : 1);
    }

    /** Run and rolled back; where the values that are made up offend a constraint, planned only. */
    private static String plan(Pool pool, String name, String statement) {
        return pool.withConnection(connection -> connection
                        .query("PREPARE " + name + " AS " + statement)
                        .execute()
                        .compose(prepared -> connection
                                .preparedQuery("SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = $1")
                                .execute(Tuple.of(name)))
                        .map(found -> "EXECUTE " + name + values(found.iterator().next().getArrayOfStrings("types")))
                        .compose(execute -> connection
                                .query("BEGIN; EXPLAIN (ANALYZE, BUFFERS) " + execute)
                                .execute()
                                .recover(offended -> connection.query("ROLLBACK; BEGIN; EXPLAIN " + execute).execute()))
                        .compose(plan -> connection.query("ROLLBACK").execute().map(plan)))
                .map(rows -> {
                    var text = new StringBuilder();
                    for (var each = rows; each != null; each = each.next())
                        for (Row line : each) text.append(line.getString(0)).append('\n');
                    return text.toString();
                })
                .await();
    }

    private static String values(String[] types) {
        if (types.length == 0) return "";
        var values = new ArrayList<String>();
        for (String type : types)
            values.add(
                    switch (type) {
                        case "text" -> "'u4711'";
                        case "bytea" -> "sha256('t4711')";
                        case "text[]" -> "'{api}'";
                        case "boolean" -> "false";
                        case "jsonb", "json" -> "'{}'";
                        case "timestamp with time zone" -> "now()";
                        case "smallint", "integer", "bigint", "numeric" -> "1";
                        default -> "NULL";
                    });
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
