package dev.gatehouse.identity;

import com.sun.jna.FunctionMapper;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By the C library of those who made Argon2, as the system has it. Each hash takes its memory from the system and gives it back. Lanes beside the first would be threads of the
 * library's own: hashes with several are computed in Java.
 */
final class NativeArgon2 implements Argon2 {
    private static final Logger LOG = LoggerFactory.getLogger(NativeArgon2.class);
    private static final Map<String, Integer> KINDS = Map.of("argon2d", 0, "argon2i", 1, "argon2id", 2);

    private final JavaArgon2 java;

    NativeArgon2(JavaArgon2 java) {
        this.java = java;
    }

    static boolean isThere() {
        return Loaded.IS;
    }

    @Override
    public byte[] compute(Argon2Hash like, byte[] password) {
        if (like.cost().lanes() > 1) return java.compute(like, password);
        var out = new byte[like.hash().length];
        int code = C.hash(
                like.cost().passes(),
                like.cost().memoryKiB(),
                1,
                password,
                password.length,
                like.salt(),
                like.salt().length,
                out,
                out.length,
                null,
                0,
                KINDS.getOrDefault(like.kind(), 2),
                like.version());
        if (code == 0) return out;
        LOG.warn("libargon2 gave code {} instead of a hash; Java computes it", code);
        return java.compute(like, password);
    }

    /** {@code argon2_hash} of {@code argon2.h}; every {@code long} is a {@code size_t}. */
    private static final class C {
        private C() {}

        static native int hash(
                int passes,
                int memoryKiB,
                int lanes,
                byte[] password,
                long passwordLength,
                byte[] salt,
                long saltLength,
                byte[] hash,
                long hashLength,
                @Nullable Pointer encoded,
                long encodedLength,
                int kind,
                int version);
    }

    private static final class Loaded {
        /** By the name that Debian's and Fedora's packages have without their headers, and by the one that the system makes of it. */
        private static final List<String> NAMES = List.of("libargon2.so.1", "argon2");

        static final boolean IS = NAMES.stream().anyMatch(Loaded::load);

        private static boolean load(String name) {
            try {
                if (Native.SIZE_T_SIZE != Long.BYTES) return false;
                FunctionMapper names = (library, method) -> "argon2_" + method.getName();
                Native.register(
                        C.class, NativeLibrary.getInstance(name, Map.of(Library.OPTION_FUNCTION_MAPPER, names)));
                return true;
            } catch (LinkageError no) {
                LOG.debug("{} cannot be used", name, no);
                return false;
            }
        }
    }
}
