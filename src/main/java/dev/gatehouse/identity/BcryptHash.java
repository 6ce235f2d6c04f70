package dev.gatehouse.identity;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** A bcrypt hash, {@code $2b$12$…}, of which 72 bytes of a password count. {@code $2x$} is not one: it was made by a program that lost bits. */
record BcryptHash(String text) implements StoredHash {
    static final Kind KIND = new Kind() {
        @Override
        public boolean isStartOf(String text) {
            return text.startsWith("$2");
        }

        @Override
        public StoredHash read(String text) {
            return parse(text);
        }
    };

    /** About a second. */
    private static final int MOST_COST = 14;

    private static final Pattern SHAPE = Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{53}");

    static BcryptHash parse(String text) {
        Matcher parts = SHAPE.matcher(text);
        if (!parts.matches()) throw new IllegalArgumentException("not a bcrypt hash of 2a, 2b or 2y");
        StoredHash.number(parts.group(1), 4, MOST_COST, "the cost of a bcrypt hash");
        return new BcryptHash(text);
    }

    @Override
    public boolean isOf(Password password, Argon2 argon2) {
        byte[] bytes = password.bytes();
        return bytes.length <= LONGEST_PASSWORD && OpenBSDBCrypt.checkPassword(text, bytes);
    }

    @Override
    public String toString() {
        return "BcryptHash[…]";
    }
}
