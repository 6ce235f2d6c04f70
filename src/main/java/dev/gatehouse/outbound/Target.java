package dev.gatehouse.outbound;

import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.vocabulary.Cidr;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A URL that could be called, taken apart once: what is checked here is what is connected to. Hosts have one spelling; {@code 0x7f.1}, {@code 2130706433} and
 * other ways to write an address by which filters are fooled are none of them.
 */
record Target(boolean tls, String host, int port, String path, Optional<InetAddress> literal) {
    static final int LONGEST = 2048;
    private static final int LONGEST_HOST = 253;
    /** Below it, services listen that could be made to misread a request (RFC 6335 §6). */
    private static final int FIRST_FREE_PORT = 1024;

    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";

    static Target of(URI url) throws Failure {
        if (url.toString().length() > LONGEST) throw new Failure("the URL is too long");
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) throw new Failure("the URL is not an https URL");
        if (url.getRawUserInfo() != null) throw new Failure("the URL has credentials in it");
        if (url.getRawFragment() != null) throw new Failure("the URL has a fragment");
        if (url.getHost() == null)
            throw new Failure("the URL has no host, or one that is not written in the usual way");
        boolean tls = scheme.equals("https");
        String host = url.getHost().toLowerCase(Locale.ROOT);
        return new Target(tls, host, port(url, tls), path(url), literal(host));
    }

    /** As it is written in {@code Host} and in the ticket of a connection. */
    String authority() {
        return host + ":" + port;
    }

    /**
     * The one of the host's addresses to connect to. What the settings list may be anything; of all others every one must be public, since a name with both kinds
     * is a trick.
     */
    InetAddress chosen(List<InetAddress> addresses, List<Cidr> allow) throws Failure {
        for (InetAddress address : addresses) if (PublicAddresses.anyOf(allow, address)) return address;
        if (!tls) throw new Failure("the URL is not an https URL");
        if (port != 443 && port < FIRST_FREE_PORT)
            throw new Failure("the port of the URL belongs to something else than the web");
        if (addresses.isEmpty() || !addresses.stream().allMatch(PublicAddresses::includes))
            throw new Failure("the URL leads to an address that is not public");
        return addresses.get(0);
    }

    private static int port(URI url, boolean tls) throws Failure {
        if (url.getPort() == 0 || url.getPort() > 65_535) throw new Failure("the port of the URL is not a port");
        if (url.getPort() > 0) return url.getPort();
        return tls ? 443 : 80;
    }

    private static String path(URI url) {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    /** The WHATWG rule for hosts: one whose last label is a number is an address, and then it has to be a plain one. */
    private static Optional<InetAddress> literal(String host) throws Failure {
        if (host.startsWith("[")) return Optional.of(six(host.substring(1, host.length() - 1)));
        String last = host.substring(host.lastIndexOf('.') + 1);
        if (last.matches("[0-9]+|0x[0-9a-f]*") || last.isEmpty()) return Optional.of(plain(host));
        if (host.length() > LONGEST_HOST || !host.matches(LABEL + "(\\." + LABEL + ")*"))
            throw new Failure("the host of the URL is not a name");
        return Optional.empty();
    }

    private static InetAddress six(String text) throws Failure {
        InetAddress address = plain(text);
        if (text.indexOf('.') >= 0 || address.getAddress().length != 16) throw odd();
        return address;
    }

    private static InetAddress plain(String text) throws Failure {
        try {
            return Cidr.literal(text);
        } catch (IllegalArgumentException notPlain) {
            throw odd();
        }
    }

    private static Failure odd() {
        return new Failure("the host of the URL is an address that is not written in the usual way");
    }
}
