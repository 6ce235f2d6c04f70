package dev.gatehouse.clients.registration;

import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;

/**
 * How many bits of chance a secret that somebody chose can hold at most: by the alphabet it is written in, by how many different characters it has, and by how
 * short it can be packed. What machines draw at random passes; words and repetitions do not.
 */
final class SecretStrength {
    static final int ENOUGH_BITS = 128;
    private static final int LONGEST = 512;
    /** Letters of running text (Shannon 1951 says about one; case and spelling add). */
    private static final double BITS_OF_A_LETTER_IN_WORDS = 2;

    private SecretStrength() {}

    static boolean isEnough(String secret) {
        boolean plain = secret.chars().allMatch(c -> c > 0x20 && c < 0x7f);
        return plain && secret.length() <= LONGEST && bits(secret) >= ENOUGH_BITS;
    }

    static double bits(String secret) {
        long different = secret.chars().distinct().count();
        double written = Math.min(secret.length(), 4 * different) * bitsOfACharacter(secret);
        return Math.min(written, 8.0 * packed(secret));
    }

    private static double bitsOfACharacter(String secret) {
        if (secret.matches("[0-9]*")) return Math.log(10) / Math.log(2);
        if (secret.matches("[0-9a-f]*|[0-9A-F]*")) return 4;
        if (secret.matches("[a-z._ -]*|[A-Z._ -]*|[A-Za-z][a-z._ -]*")) return BITS_OF_A_LETTER_IN_WORDS;
        if (secret.matches("[0-9a-z]*|[0-9A-Z]*")) return Math.log(36) / Math.log(2);
        return 6;
    }

    private static int packed(String secret) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(secret.getBytes(StandardCharsets.UTF_8));
            deflater.finish();
            return deflater.deflate(new byte[2 * LONGEST + 64]);
        } finally {
            deflater.end();
        }
    }
}
