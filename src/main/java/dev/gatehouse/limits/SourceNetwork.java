package dev.gatehouse.limits;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Where somebody is counted to be: an IPv4 address, or the /64 of an IPv6 address, since whoever has one address of it has them all (RFC 6177 §2). */
public record SourceNetwork(String value) {
    private static final int BYTES_OF_64_BITS = 8;

    public static SourceNetwork of(InetAddress address) {
        if (!(address instanceof Inet6Address)) return new SourceNetwork(address.getHostAddress());
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, BYTES_OF_64_BITS, bytes.length, (byte) 0);
        try {
            return new SourceNetwork(InetAddress.getByAddress(bytes).getHostAddress() + "/64");
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of sixteen bytes", impossible);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
