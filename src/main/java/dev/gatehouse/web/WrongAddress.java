package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Cidr;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A browser opened a page under a host that is not the one of {@code url}: cookies would be kept for the one and flows would return to the other. {@code line} is what
 * an operator would write who wants it the other way round.
 */
public record WrongAddress(String opened, String configured, String line) {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.\\-_:\\[\\]]{1,255}");

    /** Empty where the address is right, or the host was not said. {@code url} is what browsers are to see. */
    static Optional<WrongAddress> of(String scheme, String host, String url) {
        if (host.isEmpty() || !HOST.matcher(host).matches()) return Optional.empty();
        if (isRight(scheme, host, url)) return Optional.empty();
        String opened = scheme + "://" + host;
        boolean usable = scheme.equals("https") || isLoopback(host);
        return Optional.of(new WrongAddress(opened, url, "url: " + (usable ? opened : "https://" + withoutPort(host))));
    }

    /** Every name of this machine is this machine, whatever the port: whoever tries the house at home has come to the right place. */
    static boolean isRight(String scheme, String host, String url) {
        URI right = URI.create(url);
        boolean home = isLoopback(host) && isLoopback(right.getRawAuthority());
        return home || authority(host, scheme).equals(authority(right.getRawAuthority(), right.getScheme()));
    }

    /** Host names differ by more than case, and a scheme's own port may be left out (RFC 3986 §6.2.2.1, §6.2.3). */
    private static String authority(String host, String scheme) {
        String lower = host.toLowerCase(Locale.ROOT);
        String port = scheme.equals("https") ? ":443" : ":80";
        return lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
    }

    private static boolean isLoopback(String host) {
        String name = withoutPort(host);
        if (name.equalsIgnoreCase("localhost")) return true;
        try {
            InetAddress address = Cidr.literal(name.replace("[", "").replace("]", ""));
            return address.isLoopbackAddress();
        } catch (IllegalArgumentException aName) {
            return false;
        }
    }

    private static String withoutPort(String host) {
        return host.replaceFirst(":[0-9]*$", "");
    }
}
