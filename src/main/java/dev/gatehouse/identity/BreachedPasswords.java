package dev.gatehouse.identity;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Passwords from breaches, in a file as Have I Been Pwned gives it away: on each line the SHA-1 of one in hexadecimal, a colon and how often it was found, in the order of
 * the hashes. Some forty places are read of a file of any length; the file may be replaced while the gate runs. Blocks, so it is asked on a worker alone.
 */
final class BreachedPasswords {
    private static final int HEX = 40;

    /** The longest line and the one before it fit into it. */
    private static final int WINDOW = 256;

    private final Path file;

    BreachedPasswords(Path file) {
        this.file = file;
    }

    boolean has(Password password) throws IOException {
        String wanted = HexFormat.of().withUpperCase().formatHex(sha1(password.bytes()));
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long from = 0;
            long to = channel.size();
            while (from < to) {
                long middle = (from + to) >>> 1;
                long start = lineAt(channel, from, middle);
                String line = line(channel, start);
                int order = line.substring(0, HEX).compareToIgnoreCase(wanted);
                if (order == 0) return true;
                if (order < 0) from = start + line.length() + 1;
                else to = start;
            }
            return false;
        }
    }

    /** Where the line begins that the place is in. */
    private static long lineAt(FileChannel channel, long from, long place) throws IOException {
        long begin = Math.max(from, place - WINDOW);
        byte[] before = read(channel, begin, (int) (place - begin));
        for (int i = before.length - 1; i >= 0; i--) if (before[i] == '\n') return begin + i + 1;
        if (begin > from) throw new IOException("a line is longer than " + WINDOW + " bytes");
        return from;
    }

    private static String line(FileChannel channel, long start) throws IOException {
        int length = (int) Math.min(WINDOW, channel.size() - start);
        String text = new String(read(channel, start, length), StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n');
        if (end < 0 && length == WINDOW) throw new IOException("a line is longer than " + WINDOW + " bytes");
        String line = end < 0 ? text : text.substring(0, end);
        if (line.length() < HEX) throw new IOException("a line holds no SHA-1");
        return line;
    }

    private static byte[] read(FileChannel channel, long start, int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, start + buffer.position()) < 0) throw new EOFException("the file became shorter");
        }
        return buffer.array();
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
