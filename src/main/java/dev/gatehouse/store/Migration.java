package dev.gatehouse.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** One step of the schema. {@code minBinary} is the lowest schema number a binary must have been built with to go on working after it. */
record Migration(int version, String name, String sql, int minBinary) {

    /** Every script of this binary in order. A new one is a new line here, and never changes again. */
    static List<Migration> all() {
        return List.of(
                script(1, "ground", 1),
                script(2, "issuer", 1),
                script(3, "families", 3),
                script(4, "people", 3),
                script(5, "revocations_in_order", 3),
                script(6, "other_logins", 3),
                script(7, "administrators", 3),
                script(8, "account_page", 3),
                script(9, "attributes", 3),
                script(10, "growing_waits", 3),
                script(11, "known_devices", 3),
                script(12, "going_by_index", 3),
                script(13, "new_browsers", 3));
    }

    static Migration script(int version, String name, int minBinary) {
        String file = "migrations/V%03d__%s.sql".formatted(version, name);
        try (InputStream sql = Migration.class.getResourceAsStream(file)) {
            if (sql == null) throw new IllegalStateException(file + " is not on the class path");
            return new Migration(version, name, new String(sql.readAllBytes(), StandardCharsets.UTF_8), minBinary);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    String checksum() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(sql.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
