package dev.gatehouse;

import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The simplest browser there could be: it keeps cookies and sends them where they belong, follows redirects within the house, and sends forms with what stands in their fields. No script runs in it.
 */
public final class Browser {
    private static final Pattern FORM = Pattern.compile("<form([^>]*)>(.*?)</form>", Pattern.DOTALL);
    private static final Pattern CONTROL = Pattern.compile("<(?:input|button)([^>]*)>");
    private static final Pattern TEXT_AREA = Pattern.compile("<textarea([^>]*)>(.*?)</textarea>", Pattern.DOTALL);
    private static final Pattern ATTRIBUTE = Pattern.compile("([a-z-]+)(?:=\"([^\"]*)\")?");
    private static final Pattern PATH = Pattern.compile("; Path=([^;]+)");
    private static final int MOST_REDIRECTS = 10;

    private final String url;
    private final Function<Call, Reply> house;
    private final Map<String, String> cookies = new LinkedHashMap<>();
    /** Where cookies go that do not go everywhere. */
    private final Map<String, String> paths = new LinkedHashMap<>();

    private final Map<String, String> headers =
            new LinkedHashMap<>(Map.of("Accept", "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language", "en"));

    /** {@code house} answers; {@code url} is what it calls itself. */
    public Browser(String url, Function<Call, Reply> house) {
        this.url = url;
        this.house = house;
    }

    /** Over real sockets. */
    public static Browser at(Door door) {
        String url = "http://localhost:" + door.port();
        return new Browser(url, call -> overTheWire(url, call));
    }

    public Browser sending(String header, String value) {
        headers.put(header, value);
        return this;
    }

    public Optional<String> cookie(String name) {
        return Optional.ofNullable(cookies.get(name));
    }

    public Browser holding(String name, String value) {
        cookies.put(name, value);
        return this;
    }

    /** A page, after redirects within the house. {@code left} is where the house sent the browser away to. */
    public record Page(Browser browser, String path, Reply reply, Optional<URI> left) {
        public int status() {
            return reply.status();
        }

        public String html() {
            return reply.body().toString();
        }

        /** What a person reads of it. */
        public String text() {
            return unescaped(
                    html().replaceAll("(?s)<head>.*?</head>|<[^>]*>", " ").replaceAll("\\s+", " "));
        }

        public Optional<String> header(String name) {
            return reply.headers().stream()
                    .filter(field -> field.getKey().equalsIgnoreCase(name))
                    .map(Map.Entry::getValue)
                    .findFirst();
        }

        public Form form(String id) {
            Matcher forms = FORM.matcher(html());
            while (forms.find()) {
                var attributes = attributes(forms.group(1));
                if (id.equals(attributes.get("id"))) return new Form(this, attributes, forms.group(2));
            }
            throw new AssertionError("no form " + id + " on the page: " + status() + " " + html());
        }

        /** Where the link with that text leads. */
        public String link(String text) {
            Matcher links = Pattern.compile("<a ([^>]*)>([^<]*)</a>").matcher(html());
            while (links.find())
                if (unescaped(links.group(2)).strip().equals(text))
                    return attributes(links.group(1)).get("href");
            throw new AssertionError("no link " + text + " on the page: " + html());
        }
    }

    /** A form and what has been written into it. */
    public static final class Form {
        private final Page page;
        private final String action;
        private final Map<String, String> fields = new LinkedHashMap<>();

        Form(Page page, Map<String, String> attributes, String inner) {
            this.page = page;
            this.action = attributes.getOrDefault("action", page.path());
            Matcher controls = CONTROL.matcher(inner);
            while (controls.find()) {
                var control = attributes(controls.group(1));
                String type = control.getOrDefault("type", "text");
                boolean sent = control.containsKey("name")
                        && !type.equals("submit")
                        && !type.equals("checkbox")
                        && (!type.equals("radio") || control.containsKey("checked"));
                if (sent) fields.put(control.get("name"), control.getOrDefault("value", ""));
            }
            Matcher areas = TEXT_AREA.matcher(inner);
            while (areas.find()) fields.put(attributes(areas.group(1)).get("name"), unescaped(areas.group(2)));
        }

        public Form with(String name, String value) {
            fields.put(name, value);
            return this;
        }

        public Form without(String name) {
            fields.remove(name);
            return this;
        }

        public Map<String, String> fields() {
            return fields;
        }

        public Page submit() {
            String body = fields.entrySet().stream()
                    .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                    .collect(Collectors.joining("&"));
            return page.browser().ask("POST", action, Buffer.buffer(body), 0);
        }
    }

    public Page open(String path) {
        return ask("GET", path, Buffer.buffer(), 0);
    }

    private Page ask(String method, String address, Buffer body, int redirects) {
        String path = address.startsWith(url) ? address.substring(url.length()) : address;
        int question = path.indexOf('?');
        var sent = MultiMap.caseInsensitiveMultiMap().addAll(headers);
        String brought = cookies.entrySet().stream()
                .filter(cookie -> goes(paths.getOrDefault(cookie.getKey(), "/"), path))
                .map(Object::toString)
                .collect(Collectors.joining("; "));
        if (!brought.isEmpty()) sent.set("Cookie", brought);
        if (method.equals("POST")) sent.set("Content-Type", "application/x-www-form-urlencoded");
        Reply reply = house.apply(new Call(
                method,
                question < 0 ? path : path.substring(0, question),
                question < 0 ? "" : path.substring(question + 1),
                sent,
                body,
                InetAddress.getLoopbackAddress(),
                "test-request"));
        reply.headers().stream()
                .filter(field -> field.getKey().equalsIgnoreCase("Set-Cookie"))
                .forEach(field -> keep(field.getValue()));
        var page = new Page(this, path, reply, Optional.empty());
        if (reply.status() != 303 && reply.status() != 302) return page;
        String location = page.header("Location").orElseThrow();
        boolean within = location.startsWith("/") || location.startsWith(url + "/");
        if (!within) return new Page(this, path, reply, Optional.of(URI.create(location)));
        if (redirects == MOST_REDIRECTS) throw new AssertionError("redirected for ever: " + location);
        return ask("GET", location, Buffer.buffer(), redirects + 1);
    }

    private void keep(String setCookie) {
        String[] pair = setCookie.split(";", 2)[0].split("=", 2);
        if (setCookie.contains("Max-Age=0")) cookies.remove(pair[0]);
        else cookies.put(pair[0], pair[1]);
        Matcher path = PATH.matcher(setCookie);
        if (path.find()) paths.put(pair[0], path.group(1));
    }

    /** RFC 6265 §5.1.4. */
    private static boolean goes(String cookiePath, String path) {
        return path.startsWith(cookiePath)
                && (cookiePath.endsWith("/")
                        || path.length() == cookiePath.length()
                        || "/?".indexOf(path.charAt(cookiePath.length())) >= 0);
    }

    private static Reply overTheWire(String url, Call call) {
        var request = HttpRequest.newBuilder(
                URI.create(url + call.path() + (call.query().isEmpty() ? "" : "?" + call.query())));
        call.headers().forEach(field -> request.header(field.getKey(), field.getValue()));
        request.method(call.method(), BodyPublishers.ofByteArray(call.body().getBytes()));
        try {
            HttpResponse<byte[]> answer = Door.CLIENT.send(request.build(), BodyHandlers.ofByteArray());
            List<Map.Entry<String, String>> fields = new ArrayList<>();
            answer.headers()
                    .map()
                    .forEach((name, values) -> values.forEach(value -> fields.add(Map.entry(name, value))));
            return new Reply(answer.statusCode(), fields, Buffer.buffer(answer.body()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static Map<String, String> attributes(String text) {
        var found = new LinkedHashMap<String, String>();
        Matcher attributes = ATTRIBUTE.matcher(text);
        while (attributes.find())
            found.put(attributes.group(1), attributes.group(2) == null ? "" : unescaped(attributes.group(2)));
        return found;
    }

    private static String unescaped(String text) {
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#34;", "\"")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
