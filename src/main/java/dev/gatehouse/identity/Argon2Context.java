package dev.gatehouse.identity;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/** An {@code argon2_context} of {@code argon2.h}, as machines of 64 bits lay it out, and behind it all that it points to. Closing it wipes the password. */
final class Argon2Context implements AutoCloseable {
    private static final int HASH = 0;
    private static final int PASSWORD = 16;
    private static final int SALT = 32;
    private static final int PASSES = 76;
    private static final int MEMORY = 80;
    private static final int LANES = 84;
    private static final int THREADS = 88;
    private static final int VERSION = 92;
    private static final int SIZE = 120;

    private final Memory memory;
    private final int hashLength;

    Argon2Context(Argon2Hash like, byte[] password) {
        hashLength = like.hash().length;
        memory = new Memory(SIZE + hashLength + (long) password.length + like.salt().length);
        memory.clear(SIZE);
        bytes(HASH, SIZE, like.hash());
        bytes(PASSWORD, SIZE + hashLength, password);
        bytes(SALT, SIZE + hashLength + password.length, like.salt());
        memory.setInt(PASSES, like.cost().passes());
        memory.setInt(MEMORY, like.cost().memoryKiB());
        memory.setInt(LANES, 1);
        memory.setInt(THREADS, 1);
        memory.setInt(VERSION, like.version());
    }

    /** A pointer, and a length behind it. */
    private void bytes(int field, int where, byte[] bytes) {
        memory.setPointer(field, memory.share(where));
        memory.setInt(field + Long.BYTES, bytes.length);
        memory.write(where, bytes, 0, bytes.length);
    }

    Pointer pointer() {
        return memory;
    }

    byte[] hash() {
        return memory.getByteArray(SIZE, hashLength);
    }

    @Override
    public void close() {
        memory.clear();
        memory.close();
    }
}
