package dev.gatehouse.oauth.conformance;

import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A person's browser without scripts: keeps cookies, follows our redirects, stops where a page wants something or an app takes over. */
public final class Browser {
    private static final int MOST_STEPS = 20;

    private final Way way;
    private final String username;
    private final String password;
    private final Map<String, String> cookies;

    /** How a request gets to a house. */
    @FunctionalInterface
    public interface Way {
        Reply ask(Call call);
    }

    public Browser(Way way, String username, String password) {
        this(way, username, password, new ConcurrentHashMap<>());
    }

    private Browser(Way way, String username, String password, Map<String, String> cookies) {
        this.way = way;
        this.username = username;
        this.password = password;
        this.cookies = cookies;
    }

    /** The same browser, whose requests go another way from now on. */
    public Browser by(Way other) {
        return new Browser(other, username, password, cookies);
    }

    /** Where a browser has come to: a page of ours, or an address of an app with what was brought there. */
    public record Stop(String url, int status, Reply reply, Map<String, String> brought) {
        public String html() {
            return reply.body().toString();
        }

        public boolean isPage() {
            return brought.isEmpty() && url.startsWith(TestHouse.URL);
        }

        /** What the app was told; fails on a page. */
        public Map<String, String> landed() {
            if (isPage()) throw new AssertionError("still at " + url + ": " + status + " " + html());
            return brought;
        }

        public String code() {
            String code = landed().get("code");
            if (code == null) throw new AssertionError("no code in " + brought);
            return code;
        }
    }

    /** Opens an address of ours and follows redirects. */
    public Stop open(String url) {
        return follow("GET", url, Optional.empty());
    }

    public Stop post(String url, Map<String, String> fields) {
        return follow("POST", url, Optional.of(fields));
    }

    /** Opens an address and does what pages ask for, until an app takes over or a page asks for nothing. */
    public Stop through(String url) {
        return goOn(open(url));
    }

    /** From where one stands, as {@link #through}. */
    public Stop goOn(Stop stop) {
        for (int step = 0; step < MOST_STEPS && stop.isPage(); step++) {
            Optional<Form> wanted = wanted(stop);
            if (wanted.isEmpty()) return stop;
            stop = asksForPassword(stop) ? signIn(stop) : press(stop, "Allow", "Continue", "Yes", "Sign out");
        }
        return stop;
    }

    public Stop signIn(Stop stop) {
        return signInAs(stop, username, password);
    }

    Stop signInAs(Stop stop, String name, String secret) {
        Form form = form(stop, Form::asksForPassword);
        return submit(form, form.pressedFirst(), Map.of("username", name, "password", secret));
    }

    /** Presses the first of these buttons that there is. */
    public Stop press(Stop stop, String... texts) {
        for (String text : texts)
            for (Form form : Form.in(stop.html(), stop.url()))
                if (form.button(text).isPresent()) return submit(form, form.pressed(text), Map.of());
        throw new AssertionError("no button " + String.join(", ", texts) + " in " + stop.html());
    }

    static boolean asksForPassword(Stop stop) {
        return Form.in(stop.html(), stop.url()).stream().anyMatch(Form::asksForPassword);
    }

    static boolean offers(Stop stop, String button) {
        return Form.in(stop.html(), stop.url()).stream()
                .anyMatch(form -> form.button(button).isPresent());
    }

    private static Optional<Form> wanted(Stop stop) {
        return Form.in(stop.html(), stop.url()).stream()
                .filter(form -> form.asksForPassword()
                        || form.button("Allow").isPresent()
                        || form.button("Continue").isPresent()
                        || form.button("Yes").isPresent()
                        || form.button("Sign out").isPresent())
                .findFirst();
    }

    private static Form form(Stop stop, Predicate<Form> which) {
        return Form.in(stop.html(), stop.url()).stream()
                .filter(which)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no such form at " + stop.url() + ": " + stop.html()));
    }

    private Stop submit(Form form, Map<String, String> pressed, Map<String, String> answers) {
        var fields = new LinkedHashMap<>(form.fields());
        fields.putAll(pressed);
        fields.putAll(answers);
        return form.method().equals("GET") ? open(form.action() + "?" + encoded(fields)) : post(form.action(), fields);
    }

    private Stop follow(String method, String url, Optional<Map<String, String>> fields) {
        for (int step = 0; step < MOST_STEPS; step++) {
            if (!isOurs(url)) return new Stop(url, 0, Reply.empty(0), queryOf(url));
            Reply reply = ask(method, url, fields);
            keep(reply);
            Optional<String> location = header(reply, "Location");
            if (location.isEmpty()) return arrived(url, reply);
            if (reply.status() == 307 || reply.status() == 308)
                throw new AssertionError("a " + reply.status() + " would send the form on");
            url = URI.create(url).resolve(location.get()).toString();
            method = "GET";
            fields = Optional.empty();
        }
        throw new AssertionError("no end at " + url);
    }

    /** A form that leads to an app is response mode form_post. */
    private static Stop arrived(String url, Reply reply) {
        for (Form form : Form.in(reply.body().toString(), url))
            if (!isOurs(form.action()) && form.method().equals("POST"))
                return new Stop(form.action(), reply.status(), reply, form.fields());
        return new Stop(url, reply.status(), reply, Map.of());
    }

    private Reply ask(String method, String url, Optional<Map<String, String>> fields) {
        URI uri = URI.create(url);
        var headers =
                MultiMap.caseInsensitiveMultiMap().add("Host", "localhost:8080").add("Accept", "text/html");
        if (!cookies.isEmpty())
            headers.add(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        fields.ifPresent(form -> headers.add("Content-Type", "application/x-www-form-urlencoded")
                .add("Origin", TestHouse.URL)
                .add("Sec-Fetch-Site", "same-origin"));
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        return way.ask(new Call(
                method,
                uri.getPath(),
                query,
                headers,
                Buffer.buffer(fields.map(Browser::encoded).orElse("")),
                InetAddress.getLoopbackAddress(),
                "browser"));
    }

    private void keep(Reply reply) {
        for (var field : reply.headers())
            if (field.getKey().equalsIgnoreCase("Set-Cookie")) {
                String pair = field.getValue().split(";", 2)[0];
                String name = pair.substring(0, pair.indexOf('='));
                if (field.getValue().contains("Max-Age=0")) cookies.remove(name);
                else cookies.put(name, pair.substring(pair.indexOf('=') + 1));
            }
    }

    public static Optional<String> header(Reply reply, String name) {
        return reply.headers().stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    public static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static boolean isOurs(String url) {
        return url.startsWith(TestHouse.URL + "/") || url.startsWith("/");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Of the query, or of the fragment where that carries the answer. */
    private static Map<String, String> queryOf(String url) {
        URI uri = URI.create(url);
        String raw = uri.getRawFragment() != null ? uri.getRawFragment() : uri.getRawQuery();
        var parameters = new LinkedHashMap<String, String>();
        if (raw == null) return Map.of("", "");
        for (String pair : raw.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0)
                parameters.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return parameters;
    }
}
