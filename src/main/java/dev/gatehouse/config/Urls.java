package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH117;
import static dev.gatehouse.config.FaultCode.GH130;
import static dev.gatehouse.config.FaultCode.GH134;
import static dev.gatehouse.config.FaultCode.GH135;

import dev.gatehouse.config.Config.DatabaseSettings;
import dev.gatehouse.config.Config.Upstream;
import dev.gatehouse.vocabulary.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The addresses of the file: our own, those we forward to, the database, and the origins of web pages. */
final class Urls {
    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");
    private static final List<String> UPSTREAM_SCHEMES = List.of("http", "https", "h2c", "grpc", "grpcs");

    /** As many bytes as the address of a socket takes, everywhere (sockaddr_un). */
    private static final int LONGEST_SOCKET_PATH = 100;

    private static final String ODD_CHARACTERS =
            "odd characters of a password are written as percent and two hex digits";

    private Urls() {}

    /** Our own address: https, or http on a loopback name; nothing after the host but a port. */
    static URI own(String text) {
        URI url = hierarchical(text, "https://shop.example.com");
        boolean https = url.getScheme().equals("https");
        if (!https && !url.getScheme().equals("http"))
            throw new Misfit(GH117, "`" + text + "` is not an https URL", null);
        bare(url, text);
        if (!https && !isLoopback(url.getHost())) {
            throw new Misfit(
                    GH130,
                    "`" + text + "` is http, and `" + url.getHost() + "` is not this machine",
                    "put `url: https://" + url.getRawAuthority()
                            + "`, or leave `url` out to try things on this machine");
        }
        return origin(url);
    }

    /** An address of somebody else that is called or shown: https, or http on this machine; without user and fragment. */
    static URI page(String text) {
        URI url = hierarchical(text, "https://shop.example.com/help");
        boolean http = url.getScheme().equals("http");
        if (!http && !url.getScheme().equals("https"))
            throw new Misfit(GH117, "`" + text + "` is not an https URL", null);
        if (http && !isLoopback(url.getHost()))
            throw new Misfit(GH117, "`" + text + "` is http, and that host is not this machine", "write `https`");
        if (url.getRawUserInfo() != null || url.getRawFragment() != null)
            throw new Misfit(GH117, "`" + text + "` has a user or a fragment in it", "leave it out");
        return url;
    }

    /** Something of somebody else that the gate calls by itself: https, or http where private networks may be called; without user and fragment. */
    static URI called(String text, boolean privateNetworks) {
        URI url = hierarchical(text, "https://login.example.com/keys");
        if (url.getRawUserInfo() != null || url.getRawFragment() != null)
            throw new Misfit(GH117, "`" + text + "` has a user or a fragment in it", "leave it out");
        if (!url.getScheme().equals("https") && !privateNetworks)
            throw new Misfit(
                    GH117,
                    "`" + text + "` is http, and that may be called in networks under `outbound.allow` only",
                    "write `https`, or list the network that it is in");
        return url;
    }

    /** Where spans go, in our own network or not; empty: nowhere. */
    static Optional<URI> collector(String text) {
        if (Written.onOff(text).equals(Optional.of(false))) return Optional.empty();
        URI url = hierarchical(text, "http://127.0.0.1:4318");
        if (!url.getScheme().matches("https?"))
            throw new Misfit(GH117, "`" + text + "` is not an http or https URL", null);
        if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null)
            throw new Misfit(GH117, "`" + text + "` has a user, a query or a fragment in it", "leave it out");
        return Optional.of(url);
    }

    /** The origin of a web page (RFC 6454 §6.1). */
    static String pageOrigin(String text) {
        if (text.equals("*")) {
            throw new Misfit(GH117, "`*` would let every web page call", "list the origins, or write `cors: clients`");
        }
        URI url = hierarchical(text, "https://shop.example.com");
        if (!url.getScheme().matches("https?"))
            throw new Misfit(GH117, "`" + text + "` is not the origin of a web page", null);
        bare(url, text);
        return origin(url).toString();
    }

    static Upstream upstream(String text) {
        if (text.startsWith("eventbus:")) return bus(text.substring("eventbus:".length()));
        int colon = text.indexOf(':');
        String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
        if (scheme.equals("unix")) return new Upstream.Http(socket(text));
        if (!UPSTREAM_SCHEMES.contains(scheme)) throw notAnUpstream(text);
        URI url;
        try {
            url = hierarchical(text, "http://127.0.0.1:9001");
        } catch (Misfit misfit) {
            throw notAnUpstream(text);
        }
        if (url.getRawUserInfo() != null) throw new Misfit(GH134, "an upstream cannot carry a password", null);
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new Misfit(GH134, "`" + text + "` has a query or fragment", "end it after the host or the path");
        }
        return new Upstream.Http(url);
    }

    /** {@code unix:} and the absolute path of a socket. */
    private static URI socket(String text) {
        if (text.matches("unix:/[A-Za-z0-9._/-]+") && text.length() - "unix:".length() <= LONGEST_SOCKET_PATH)
            return URI.create(text);
        throw new Misfit(GH134, "`" + text + "` is not the path of a socket", "for example `unix:/run/orders.sock`");
    }

    static DatabaseSettings database(String text) {
        if (text.equals("embedded")) return new DatabaseSettings.Embedded();
        if (!text.matches("(?s)postgres(ql)?://.*")) {
            throw new Misfit(
                    GH135,
                    "this is neither `embedded` nor a postgres URL",
                    "write `postgres://user:${DB_PASSWORD}@host:5432/name?sslmode=verify-full`");
        }
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException broken) {
            throw new Misfit(GH135, "the database URL cannot be read", ODD_CHARACTERS);
        }
        if (url.getHost() == null) throw new Misfit(GH135, "the database URL has no host", ODD_CHARACTERS);
        if (url.getPort() == 0 || url.getPort() > 65535)
            throw new Misfit(GH135, "the port of the database URL is not a port", null);
        for (String parameter : Optional.ofNullable(url.getQuery()).orElse("").split("&")) {
            if (!parameter.startsWith("sslmode=")) continue;
            String mode = parameter.substring("sslmode=".length());
            if (!SSL_MODES.contains(mode)) {
                throw new Misfit(
                        GH135,
                        "`" + mode + "` is not an `sslmode`",
                        DidYouMean.question(mode, SSL_MODES).orElse("over a network write `verify-full`"));
            }
        }
        return new DatabaseSettings.External(new Secret(text));
    }

    /** Names and addresses that never leave this machine (RFC 6761 §6.3, RFC 8252 §7.3). */
    static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.matches("127(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})){3}")
                || name.equals("[::1]");
    }

    private static Upstream bus(String address) {
        if (!address.matches("[A-Za-z0-9._:/-]{1,128}")) {
            throw new Misfit(
                    GH134, "`" + address + "` is not an event bus address", "for example `eventbus:reports.http`");
        }
        if (address.startsWith("gatehouse.")) {
            throw new Misfit(GH134, "addresses that begin with `gatehouse.` are the gate's own", null);
        }
        return new Upstream.Bus(address);
    }

    private static Misfit notAnUpstream(String text) {
        return new Misfit(
                GH134,
                "`" + text + "` is not an upstream",
                "write `http://host:port`, `https`, `h2c`, `grpc`, `grpcs`, `unix:/path` or `eventbus:address`");
    }

    private static URI hierarchical(String text, String example) {
        try {
            URI url = new URI(text);
            boolean usable =
                    url.getScheme() != null && url.getHost() != null && url.getPort() <= 65535 && url.getPort() != 0;
            if (usable) return url;
        } catch (URISyntaxException broken) {
            // Said below, with what is said of every other text.
        }
        throw new Misfit(GH117, "`" + text + "` is not a URL", "for example `" + example + "`");
    }

    private static void bare(URI url, String text) {
        boolean more = url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null;
        if (more || !url.getRawPath().matches("/?")) {
            throw new Misfit(
                    GH117,
                    "`" + text + "` says more than scheme, host and port",
                    "write `" + url.getScheme() + "://" + hostAndPort(url) + "`");
        }
    }

    private static URI origin(URI url) {
        return URI.create(url.getScheme() + "://" + hostAndPort(url));
    }

    /** In lower case, without the port that the scheme implies. */
    private static String hostAndPort(URI url) {
        int usual = url.getScheme().equals("https") ? 443 : 80;
        String port = url.getPort() < 0 || url.getPort() == usual ? "" : ":" + url.getPort();
        return url.getHost().toLowerCase(Locale.ROOT) + port;
    }
}
