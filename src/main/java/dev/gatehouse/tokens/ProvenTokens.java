package dev.gatehouse.tokens;

import dev.gatehouse.keys.VerificationKey;
import dev.gatehouse.vocabulary.Generations;
import dev.gatehouse.vocabulary.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Which key signed which text, for all event loops: a signature that held once holds for ever, so its arithmetic is not done again. No verdict and nothing that
 * could go stale: whoever finds a token here reads it anew and checks all of it but the signature, and the key must still be the one that its issuer would have it
 * checked with (decision 0271).
 *
 * <p>A token is looked for by the end of its signature, which nobody can choose, and found by SHA-256 of its whole text. Some 95 bytes each, only for tokens that
 * were accepted; never waits. What nobody has shown for longest leaves first.
 */
final class ProvenTokens {
    /** At least half as many are known at any time, once there were so many. */
    static final int MOST = 1 << 18;

    private static final int TAIL = 24;
    private static final long MIXING = 0x9E3779B97F4A7C15L;

    private final Generations<Long, Proof> proofs;

    ProvenTokens(int most) {
        this.proofs = new Generations<>(most);
    }

    private record Proof(long one, long two, long three, long four, VerificationKey key) {
        static Proof of(String token, VerificationKey key) {
            var digest = digest(token);
            return new Proof(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong(), key);
        }

        boolean isOf(String token) {
            var digest = digest(token);
            return digest.getLong() == one
                    && digest.getLong() == two
                    && digest.getLong() == three
                    && digest.getLong() == four;
        }

        private static ByteBuffer digest(String token) {
            return ByteBuffer.wrap(Sha256.of(token.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** The key that signed this text, or null where that is not known. */
    @Nullable
    VerificationKey keyOf(String token) {
        Proof proof = proofs.get(tail(token));
        return proof != null && proof.isOf(token) ? proof.key() : null;
    }

    /** That key did sign this text. */
    void note(String token, VerificationKey key) {
        proofs.put(tail(token), Proof.of(token, key));
    }

    int size() {
        return proofs.size();
    }

    private static long tail(String token) {
        long tail = token.length();
        for (int i = Math.max(0, token.length() - TAIL); i < token.length(); i++)
            tail = (tail ^ token.charAt(i)) * MIXING;
        return tail ^ tail >>> 32;
    }
}
