package dev.gatehouse.store;

import dev.gatehouse.vocabulary.Secret;
import io.vertx.pgclient.PgConnectOptions;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code postgres://user:password@host:port/name?sslmode=…&sslrootcert=…} (PostgreSQL, libpq: Connection URIs). Faults never quote the address,
 * which holds a password. Without an {@code sslmode} a loopback address or a socket is spoken to in the clear, any other host with {@code verify-full}.
 */
public final class DatabaseUrl {
    private static final Pattern FORM = Pattern.compile(
            "(?i:postgres(?:ql)?)://(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<host>\\[[0-9a-fA-F:.]+]|[^:@/?#\\[\\]]*)(?::(?<port>\\d{1,5}))?"
                    + "(?:/(?<name>[^/?#]*))?(?:\\?(?<query>[^#]*))?");
    private static final Set<String> KNOWN =
            Set.of("sslmode", "sslrootcert", "host", "connect_timeout", "application_name");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|/.*");
    private static final int DEFAULT_PORT = 5432;

    private DatabaseUrl() {}

    /** The way to the server, or a {@link StartFailure} that says what is wrong with the address. */
    public static PgConnectOptions parse(Secret url) {
        Matcher form = FORM.matcher(url.reveal().strip());
        if (!form.matches())
            throw malformed("it has not this form (characters like @ : / in a password are written %40 %3A %2F)");
        Map<String, String> query =
                query(Optional.ofNullable(form.group("query")).orElse(""));
        String host = host(decoded(form.group("host"), "host"), query);
        String user = part(form, "user").orElseThrow(() -> malformed("it names no user"));
        var options = new PgConnectOptions()
                .setHost(host)
                .setPort(port(part(form, "port")))
                .setUser(user)
                .setPassword(part(form, "password").orElse(""))
                .setDatabase(part(form, "name").orElse(user));
        return DatabaseTls.from(query, LOOPBACK.matcher(host).matches()).appliedTo(options);
    }

    private static String host(String host, Map<String, String> query) {
        String named = Optional.ofNullable(query.get("host")).orElse(host);
        if (named.contains(",")) throw malformed("it names several hosts, and one is possible");
        if (named.isEmpty()) return "localhost";
        return named.startsWith("[") ? named.substring(1, named.length() - 1) : named;
    }

    private static int port(Optional<String> port) {
        int number = port.map(Integer::parseInt).orElse(DEFAULT_PORT);
        if (number < 1 || number > 65_535) throw malformed("its port is not between 1 and 65535");
        return number;
    }

    private static Map<String, String> query(String text) {
        var query = new LinkedHashMap<String, String>();
        for (String pair : text.split("&")) {
            if (pair.isEmpty()) continue;
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (!KNOWN.contains(key))
                throw malformed("its option " + key.replaceAll("[^A-Za-z_]", "?") + " is not known here; known are "
                        + KNOWN.stream().sorted().toList());
            if (query.put(key, equals < 0 ? "" : decoded(pair.substring(equals + 1), key)) != null)
                throw malformed("it says " + key + " twice");
        }
        return query;
    }

    private static Optional<String> part(Matcher form, String name) {
        return Optional.ofNullable(form.group(name))
                .filter(text -> !text.isEmpty())
                .map(text -> decoded(text, name));
    }

    /** Percent-decoding as in a path: a plus sign is a plus sign. */
    private static String decoded(String text, String what) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            throw malformed("its " + what + " holds a % that begins no escape (a % is written %25)");
        }
    }

    static StartFailure malformed(String why) {
        return new StartFailure(
                "The address of the database (DATABASE_URL, or database: in the file) cannot be used: " + why + ".",
                "Write postgres://user:password@host:5432/name?sslmode=verify-full&sslrootcert=/path/to/ca.pem.");
    }
}
