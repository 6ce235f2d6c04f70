package dev.gatehouse.limits;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Where somebody is counted to be: an IPv4 address, or the /64 of an IPv6 address, since whoever has one address of it has them all (RFC 6177 §2). */
public record SourceNetwork(InetAddress first) {
    private static final int BYTES_OF_64_BITS = 8;
    private static final long SALT = new SplittableRandom().nextLong() | 1;

    public static SourceNetwork of(InetAddress address) {
        if (!(address instanceof Inet6Address)) return new SourceNetwork(address);
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, BYTES_OF_64_BITS, bytes.length, (byte) 0);
        try {
            return new SourceNetwork(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of sixteen bytes", impossible);
        }
    }

    /** Salted, since strangers choose their addresses, and those of {@code Inet6Address} are easily made to be the same. */
    @Override
    public int hashCode() {
        long bits = first instanceof Inet6Address
                ? ByteBuffer.wrap(first.getAddress()).getLong()
                : first.hashCode();
        long mixed = (bits ^ bits >>> 32) * SALT;
        return (int) (mixed ^ mixed >>> 32);
    }

    /** As it is written down: {@code 192.0.2.7}, {@code 2001:db8:0:0:0:0:0:0/64}. */
    public String value() {
        return first instanceof Inet6Address ? first.getHostAddress() + "/64" : first.getHostAddress();
    }

    @Override
    public String toString() {
        return value();
    }
}
