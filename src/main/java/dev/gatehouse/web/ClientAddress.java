package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Cidr;
import java.net.InetAddress;
import java.util.List;

/**
 * Who is asking, past the proxies that {@code trust_proxy} names. {@code X-Forwarded-For} is read from the right: an entry counts only when the hop
 * that wrote it is trusted, so that nothing a stranger puts in front can be believed.
 */
public final class ClientAddress {
    private static final int MOST_HOPS = 32;

    private ClientAddress() {}

    public static InetAddress of(InetAddress peer, List<String> forwardedFor, List<Cidr> trusted) {
        InetAddress nearest = peer;
        int hops = 0;
        for (int field = forwardedFor.size() - 1; field >= 0; field--) {
            String[] entries = forwardedFor.get(field).split(",", -1);
            for (int i = entries.length - 1; i >= 0; i--) {
                if (++hops > MOST_HOPS || !isTrusted(nearest, trusted)) return nearest;
                try {
                    nearest = Cidr.literal(withoutPort(entries[i].trim()));
                } catch (IllegalArgumentException notAnAddress) {
                    return nearest;
                }
            }
        }
        return nearest;
    }

    public static boolean isTrusted(InetAddress peer, List<Cidr> trusted) {
        for (Cidr network : trusted) if (network.contains(peer)) return true;
        return false;
    }

    /** Some proxies write {@code 192.0.2.1:4711} or {@code [2001:db8::1]:4711}. */
    private static String withoutPort(String entry) {
        if (entry.startsWith("[")) {
            int end = entry.indexOf(']');
            return end < 0 ? entry : entry.substring(1, end);
        }
        int colon = entry.indexOf(':');
        return colon > 0 && entry.indexOf(':', colon + 1) < 0 ? entry.substring(0, colon) : entry;
    }
}
