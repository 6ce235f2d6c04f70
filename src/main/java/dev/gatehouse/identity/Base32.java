package dev.gatehouse.identity;

/** Five bits a letter, without padding. */
final class Base32 {
    /** RFC 4648 §6: what authenticator apps read. */
    static final String RFC = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /** Douglas Crockford's: no letter that is easily taken for another, and none that makes rude words. */
    static final String READABLE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private Base32() {}

    /** Of bytes whose bits are a multiple of five. */
    static String encode(byte[] bytes, String alphabet) {
        if (bytes.length % 5 != 0) throw new IllegalArgumentException("bits would be left over");
        var text = new StringBuilder(bytes.length / 5 * 8);
        int held = 0;
        int bits = 0;
        for (byte next : bytes) {
            held = held << 8 | next & 0xff;
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(alphabet.charAt(held >> bits & 31));
            }
            held &= (1 << bits) - 1;
        }
        return text.toString();
    }

    /** In groups of four, which people can read out to each other. */
    static String grouped(String text, String between) {
        return text.replaceAll("(....)(?!$)", "$1" + between);
    }
}
