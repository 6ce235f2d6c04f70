package dev.gatehouse.identity;

import java.util.Map;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** By Bouncy Castle, in work areas that are kept and used again. */
final class JavaArgon2 implements Argon2 {
    private static final Map<String, Integer> KINDS = Map.of(
            "argon2d", Argon2Parameters.ARGON2_d,
            "argon2i", Argon2Parameters.ARGON2_i,
            "argon2id", Argon2Parameters.ARGON2_id);

    private final Argon2BytesGenerator.BlockPool blocks;

    JavaArgon2(int memoryKiB) {
        this.blocks = new Argon2BytesGenerator.FixedBlockPool(memoryKiB);
    }

    @Override
    public byte[] compute(Argon2Hash like, byte[] password) {
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(KINDS.getOrDefault(like.kind(), Argon2Parameters.ARGON2_id))
                .withVersion(like.version())
                .withMemoryAsKB(like.cost().memoryKiB())
                .withIterations(like.cost().passes())
                .withParallelism(like.cost().lanes())
                .withSalt(like.salt())
                .withBlockPool(blocks)
                .build());
        var out = new byte[like.hash().length];
        generator.generateBytes(password, out);
        return out;
    }
}
