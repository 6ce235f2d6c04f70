package dev.gatehouse.outbound;

import dev.gatehouse.vocabulary.Cidr;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses are everybody's: those the IANA special-purpose registries (RFC 6890) call globally reachable, without the ones in which another address is
 * hidden, and without those at which clouds keep their machines' secrets.
 */
final class PublicAddresses {
    private static final List<Cidr> FOUR_NOT = networks(
            "0.0.0.0/8", // this network (RFC 791 §3.2)
            "10.0.0.0/8", // private (RFC 1918)
            "100.64.0.0/10", // shared by carriers (RFC 6598); 100.100.100.200 tells a cloud's secrets
            "127.0.0.0/8", // loopback (RFC 1122 §3.2.1.3)
            "168.63.129.16", // a cloud's own server, at a public address
            "169.254.0.0/16", // link-local (RFC 3927); 169.254.169.254 tells a cloud's secrets
            "172.16.0.0/12", // private (RFC 1918)
            "192.0.0.0/24", // protocol assignments (RFC 6890 §2.1)
            "192.0.2.0/24", // documentation (RFC 5737)
            "192.88.99.0/24", // relays of 6to4 (RFC 7526)
            "192.168.0.0/16", // private (RFC 1918)
            "198.18.0.0/15", // benchmarks (RFC 2544)
            "198.51.100.0/24", // documentation (RFC 5737)
            "203.0.113.0/24", // documentation (RFC 5737)
            "224.0.0.0/4", // multicast (RFC 5771)
            "240.0.0.0/4"); // reserved, broadcast (RFC 1112 §4, RFC 919 §7)

    /** All that is handed out (RFC 4291 §2.4); loopback, unique local, link-local, multicast, mapped, compatible and NAT64 addresses are outside of it. */
    private static final Cidr SIX = Cidr.parse("2000::/3");

    private static final List<Cidr> SIX_NOT = networks(
            "2001::/23", // protocol assignments (RFC 2928): Teredo, benchmarks, ORCHID
            "2001:db8::/32", // documentation (RFC 3849)
            "2002::/16", // 6to4: an IPv4 address in disguise (RFC 3056)
            "3fff::/20"); // documentation (RFC 9637)

    private PublicAddresses() {}

    /** The JDK hands over IPv4-mapped addresses (RFC 4291 §2.5.5.2) as what they stand for. */
    static boolean includes(InetAddress address) {
        if (address instanceof Inet6Address) return SIX.contains(address) && !anyOf(SIX_NOT, address);
        return !anyOf(FOUR_NOT, address);
    }

    static boolean anyOf(List<Cidr> networks, InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    private static List<Cidr> networks(String... texts) {
        return Stream.of(texts).map(Cidr::parse).toList();
    }
}
