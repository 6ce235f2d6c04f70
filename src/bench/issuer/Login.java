import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * `PORT PID POSTMASTER LOGINS UNIT`: people who come from an app, sign in on the page and are sent back, one after the other; what that takes of the gate's threads that hash, of its other threads, and of its database. The script UNIT says what nginx takes for a request. Each
 * has an account, a new browser and an address of their own, as a trusted proxy would tell it.
 */
public final class Login {
    private static final Pattern FORM = Pattern.compile("<form[^>]*action=\"([^\"]*)\"[^>]*>(?:(?!</form>).)*name=\"password\"(?:(?!</form>).)*</form>", Pattern.DOTALL);
    private static final Pattern HIDDEN = Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"");
    private static final List<String> KINDS = List.of("hashing", "loops", "jvm", "other", "database");
    private static final List<String> JVM = List.of("C1 ", "C2 ", "VM ", "GC ", "Sweeper", "Common-Cleaner", "Service Thread", "Signal Disp");
    private static final int PEOPLE = 200;

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String gate;
    private final long gatePid;
    private final long database;
    private final String unit;
    private int requests;

    private Login(String port, String pid, String database, String unit) {
        this.gate = "http://127.0.0.1:" + port;
        this.gatePid = Long.parseLong(pid);
        this.database = Long.parseLong(database);
        this.unit = unit;
    }

    public static void main(String[] arguments) throws Exception {
        new Login(arguments[0], arguments[1], arguments[2], arguments[4]).run(Integer.parseInt(arguments[3]));
    }

    private void run(int logins) throws Exception {
        for (int i = 0; i < PEOPLE; i++) {
            var made = client.send(at("/register", i).header("Content-Type", "application/json").POST(BodyPublishers.ofString("{\"username\":\"bench" + i + "\",\"password\":\"a-long-way-down-42\"}")).build(), BodyHandlers.ofString());
            if (made.statusCode() != 201) throw new IllegalStateException(made.body());
        }
        System.out.println("CPU ms a sign-in, by round:");
        System.out.println("| requests | hashing | event loops | compiler, collector, JVM | other threads | PostgreSQL | µs of nginx | event loops, where nginx takes 7.5 µs |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        int turn = 0;
        for (int round = 0; round < 8; round++) {
            double nginx = nginx();
            Map<String, Long> before = byKind();
            requests = 0;
            for (int i = 0; i < logins; i++) signIn(turn++ % PEOPLE);
            Map<String, Long> after = byKind();
            System.out.printf(Locale.ROOT, "| %.1f |", (double) requests / logins);
            for (String kind : KINDS) System.out.printf(Locale.ROOT, " %.2f |", (after.get(kind) - before.get(kind)) / 1e6 / logins);
            System.out.printf(Locale.ROOT, " %.1f | %.2f |%n", nginx, (after.get("loops") - before.get("loops")) / 1e6 / logins * 7.5 / nginx);
        }
    }

    private double nginx() throws Exception {
        try (var said = new ProcessBuilder("bash", unit).redirectError(ProcessBuilder.Redirect.INHERIT).start().inputReader()) {
            return Double.parseDouble(said.readLine());
        }
    }

    private void signIn(int person) throws Exception {
        HttpResponse<String> answer = send(at("/oauth/authorize?response_type=code&client_id=web&redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcb&scope=openid&state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256", person));
        String cookie = cookie(answer);
        while (answer.statusCode() == 303 || answer.statusCode() == 302) answer = send(at(answer.headers().firstValue("location").orElseThrow().replace(gate, ""), person).header("Cookie", cookie));
        Matcher form = FORM.matcher(answer.body());
        if (!form.find()) throw new IllegalStateException(answer.statusCode() + answer.body());
        var body = new StringBuilder("username=bench" + person + "&password=a-long-way-down-42");
        Matcher hidden = HIDDEN.matcher(form.group());
        while (hidden.find()) body.append('&').append(hidden.group(1)).append('=').append(URLEncoder.encode(hidden.group(2), StandardCharsets.UTF_8));
        if (cookie.isEmpty()) cookie = cookie(answer);
        answer = send(at(form.group(1), person).header("Cookie", cookie).header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(body.toString())));
        cookie = cookie(answer).isEmpty() ? cookie : cookie(answer);
        while (answer.headers().firstValue("location").filter(to -> to.startsWith("/")).isPresent()) answer = send(at(answer.headers().firstValue("location").orElseThrow(), person).header("Cookie", cookie));
        String back = answer.headers().firstValue("location").orElse("");
        if (!back.contains("code=")) throw new IllegalStateException(answer.statusCode() + " " + back + answer.body());
    }

    private static String cookie(HttpResponse<String> answer) {
        return answer.headers().firstValue("set-cookie").map(set -> set.split(";")[0]).orElse("");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        requests++;
        return client.send(request.header("Accept", "text/html").build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder at(String path, int person) {
        return HttpRequest.newBuilder(URI.create(gate + path)).header("X-Forwarded-For", "203.0.113." + person);
    }

    private Map<String, Long> byKind() throws Exception {
        var nanos = new HashMap<String, Long>();
        for (String kind : KINDS) nanos.put(kind, 0L);
        add(nanos, gatePid, Login::kind);
        add(nanos, database, name -> "database");
        for (var child : ProcessHandle.of(database).orElseThrow().descendants().toList()) add(nanos, child.pid(), name -> "database");
        return nanos;
    }

    /** By the thread's name, which the kernel cuts after 15 characters. */
    private static String kind(String thread) {
        if (thread.startsWith("gatehouse-passw")) return "hashing";
        if (thread.startsWith("vert.x-eventloo")) return "loops";
        return JVM.stream().anyMatch(thread::startsWith) ? "jvm" : "other";
    }

    private static void add(Map<String, Long> nanos, long process, UnaryOperator<String> kind) throws Exception {
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + process + "/task"))) {
            for (Path task : tasks) nanos.merge(kind.apply(Files.readString(task.resolve("comm"))), nanos(task), Long::sum);
        }
    }

    /** proc(5): the first number of {@code schedstat} is time on a core. */
    private static long nanos(Path task) throws Exception {
        return Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
    }
}
