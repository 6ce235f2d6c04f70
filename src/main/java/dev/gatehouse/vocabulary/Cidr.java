package dev.gatehouse.vocabulary;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/** A network, {@code 10.0.0.0/8} or {@code fd00::/8}; a bare address is a network of one (RFC 4632 §3.1, RFC 4291 §2.3). */
public record Cidr(InetAddress network, int prefixLength) {
    /** Strict, because {@link InetAddress} asks a name server about {@code 256.1.1.1}. */
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    private static final Pattern FOUR = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern SIX = Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

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

    /** The network of that size in which an address is. */
    public static Cidr around(InetAddress address, int prefixLength) {
        try {
            return new Cidr(InetAddress.getByAddress(masked(address.getAddress(), prefixLength)), prefixLength);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has four octets or sixteen", impossible);
        }
    }

    /** An IP address from its literal form, never by name. */
    public static InetAddress literal(String text) {
        boolean four = FOUR.matcher(text).matches();
        boolean six = SIX.matcher(text).matches();
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
        if (candidate.length != base.length) return false;
        int whole = prefixLength / 8;
        for (int i = 0; i < whole; i++) if (candidate[i] != base[i]) return false;
        int left = prefixLength % 8;
        return left == 0 || (candidate[whole] ^ base[whole]) >> (8 - left) == 0;
    }

    /** The shortest usual form (RFC 5952 §4); a network of one is written as its address. */
    @Override
    public String toString() {
        byte[] octets = network.getAddress();
        String address = octets.length == 4 ? network.getHostAddress() : compressed(octets);
        return prefixLength == octets.length * 8 ? address : address + "/" + prefixLength;
    }

    private static String compressed(byte[] octets) {
        var groups = new StringBuilder();
        for (int i = 0; i < 16; i += 2)
            groups.append(':').append(Integer.toHexString((octets[i] & 0xff) << 8 | (octets[i + 1] & 0xff)));
        String full = groups.append(':').toString();
        for (int zeros = 8; zeros > 1; zeros--) {
            int at = full.indexOf(":0".repeat(zeros) + ":");
            if (at < 0) continue;
            String before = full.substring(0, at).replaceFirst("^:", "");
            return before + "::" + full.substring(at + 2 * zeros + 1).replaceFirst(":$", "");
        }
        return full.substring(1, full.length() - 1);
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
