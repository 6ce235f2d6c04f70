package dev.gatehouse.identity;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By the C library of those who made Argon2, as the system has it: on an {@link IdleThread} while those get on, and on the calling thread while they do not. Each hash takes its
 * memory from the system and gives it back. Lanes beside the first would be threads of the library's own: hashes with several are computed in Java.
 */
final class NativeArgon2 implements Argon2 {
    private static final Logger LOG = LoggerFactory.getLogger(NativeArgon2.class);

    private final JavaArgon2 java;

    NativeArgon2(JavaArgon2 java) {
        this.java = java;
    }

    static boolean isThere() {
        return !Loaded.KINDS.isEmpty();
    }

    @Override
    public byte[] compute(Argon2Hash like, byte[] password) {
        Function kind = Loaded.KINDS.get(like.kind());
        if (like.cost().lanes() > 1 || kind == null) return java.compute(like, password);
        return IdleHashes.computed(kind, like, password)
                .or(() -> here(kind, like, password))
                .orElseGet(() -> java.compute(like, password));
    }

    private static Optional<byte[]> here(Function kind, Argon2Hash like, byte[] password) {
        try (var context = new Argon2Context(like, password)) {
            int code = kind.invokeInt(new Object[] {context.pointer()});
            if (code == 0) return Optional.of(context.hash());
            LOG.warn("libargon2 gave code {} instead of a hash; Java computes it", code);
            return Optional.empty();
        }
    }

    private static final class Loaded {
        /** By the name that Debian's and Fedora's packages have without their headers, and by the one that the system makes of it. */
        private static final List<String> NAMES = List.of("libargon2.so.1", "argon2");

        /** Each is {@code int (argon2_context *)}. */
        static final Map<String, Function> KINDS =
                NAMES.stream().flatMap(name -> load(name).stream()).findFirst().orElse(Map.of());

        private static Optional<Map<String, Function>> load(String name) {
            try {
                if (Native.SIZE_T_SIZE != Long.BYTES) return Optional.empty();
                var library = NativeLibrary.getInstance(name);
                return Optional.of(Map.of(
                        "argon2d", library.getFunction("argon2d_ctx"),
                        "argon2i", library.getFunction("argon2i_ctx"),
                        "argon2id", library.getFunction("argon2id_ctx")));
            } catch (LinkageError no) {
                LOG.debug("{} cannot be used", name, no);
                return Optional.empty();
            }
        }
    }
}
