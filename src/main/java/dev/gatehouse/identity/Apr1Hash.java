package dev.gatehouse.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Apache's {@code htpasswd -m} writes, {@code $apr1$salt$hash}: a thousand turns of MD5, weak by now and replaced at the first login. */
record Apr1Hash(String salt, String hash) implements StoredHash {
    static final Kind KIND = new Kind() {
        @Override
        public boolean isStartOf(String text) {
            return text.startsWith(MAGIC);
        }

        @Override
        public StoredHash read(String text) {
            return parse(text);
        }
    };

    private static final String MAGIC = "$apr1$";
    private static final Pattern SHAPE = Pattern.compile("\\$apr1\\$([./A-Za-z0-9]{1,8})\\$([./A-Za-z0-9]{22})");
    private static final String LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int TURNS = 1000;

    /** Which bytes of the sum make four letters together. */
    private static final int[][] ORDER = {{0, 6, 12}, {1, 7, 13}, {2, 8, 14}, {3, 9, 15}, {4, 10, 5}};

    static Apr1Hash parse(String text) {
        Matcher parts = SHAPE.matcher(text);
        if (!parts.matches()) throw new IllegalArgumentException("not an apr1 hash");
        return new Apr1Hash(parts.group(1), parts.group(2));
    }

    @Override
    public boolean isOf(Password password, Argon2 argon2) {
        byte[] bytes = password.bytes();
        if (bytes.length > LONGEST_PASSWORD) return false;
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII), computed(bytes).getBytes(StandardCharsets.US_ASCII));
    }

    private String computed(byte[] password) {
        byte[] salted = salt.getBytes(StandardCharsets.US_ASCII);
        MessageDigest md5 = md5();
        md5.update(password);
        md5.update(salted);
        byte[] sum = md5.digest(password);
        md5.update(password);
        md5.update(MAGIC.getBytes(StandardCharsets.US_ASCII));
        md5.update(salted);
        for (int left = password.length; left > 0; left -= 16) md5.update(sum, 0, Math.min(16, left));
        for (int bits = password.length; bits > 0; bits >>= 1) md5.update((bits & 1) == 1 ? (byte) 0 : password[0]);
        sum = md5.digest();
        for (int turn = 0; turn < TURNS; turn++) {
            boolean odd = turn % 2 == 1;
            md5.update(odd ? password : sum);
            if (turn % 3 != 0) md5.update(salted);
            if (turn % 7 != 0) md5.update(password);
            sum = md5.digest(odd ? sum : password);
        }
        return written(sum);
    }

    private static String written(byte[] sum) {
        var text = new StringBuilder();
        for (int[] three : ORDER)
            letters(text, (sum[three[0]] & 255) << 16 | (sum[three[1]] & 255) << 8 | sum[three[2]] & 255, 4);
        letters(text, sum[11] & 255, 2);
        Arrays.fill(sum, (byte) 0);
        return text.toString();
    }

    private static void letters(StringBuilder text, int bits, int count) {
        for (int i = 0; i < count; i++) text.append(LETTERS.charAt(bits >> 6 * i & 63));
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String toString() {
        return "Apr1Hash[…]";
    }
}
