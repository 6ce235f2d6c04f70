package dev.gatehouse.vocabulary;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** A network, {@code 10.0.0.0/8} or {@code fd00::/8}; a bare address is a network of one (RFC 4632 §3.1, RFC 4291 §2.3). */
public record Cidr(InetAddress network, int prefixLength) {
    public Cidr {
        int bits = network.getAddress().length * 8;
        if (prefixLength < 0 || prefixLength > bits)
            throw new IllegalArgumentException("prefix length must be 0 to " + bits);
        if (!Arrays.equals(masked(network.getAddress(), prefixLength), network.getAddress())) {
            throw new IllegalArgumentException("bits are set beyond the prefix");
        }
    }

    /** Reads the text form; never asks a name server. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        InetAddress network = literal(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) return new Cidr(network, network.getAddress().length * 8);
        String length = text.substring(slash + 1);
        if (!length.matches("0|[1-9][0-9]{0,2}"))
            throw new IllegalArgumentException("`" + length + "` is not a prefix length");
        return new Cidr(network, Integer.parseInt(length));
    }

    /** An IP address from its literal form, never by name. */
    public static InetAddress literal(String text) {
        boolean four = text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
        boolean six = text.indexOf(':') >= 0 && text.matches("[0-9A-Fa-f:.]+");
        if (!four && !six) throw new IllegalArgumentException("`" + text + "` is not an IP address");
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException wrong) {
            throw new IllegalArgumentException("`" + text + "` is not an IP address", wrong);
        }
    }

    public boolean contains(InetAddress address) {
        byte[] candidate = address.getAddress();
        byte[] base = network.getAddress();
        return candidate.length == base.length && Arrays.equals(masked(candidate, prefixLength), base);
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixLength;
    }

    private static byte[] masked(byte[] address, int prefixLength) {
        byte[] result = address.clone();
        for (int i = 0; i < result.length; i++) {
            int keep = Math.min(8, Math.max(0, prefixLength - i * 8));
            result[i] &= (byte) (0xff << (8 - keep));
        }
        return result;
    }
}
