package dev.gatehouse.oauth;

import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.tokens.DpopProof;
import dev.gatehouse.tokens.DpopProof.Finding;
import dev.gatehouse.tokens.DpopProof.Wanted;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Judging a DPoP proof, each with a key that is not known: form, key, signature, what it is for. Whether it was seen before is the database's to say. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class DpopProofBench {
    private final Signatures signatures = new Signatures(CryptoProvider.fastest());
    private final Wanted wanted = new Wanted("POST", TestHouse.URL + "/oauth/token");
    private final Instant now = Instant.now();
    private String proof;

    @Setup
    public void make() {
        proof = new TestProofs().proof("a nonce of ours, as long as they are");
    }

    @Benchmark
    public Finding check() {
        return DpopProof.check(proof, wanted, signatures, now);
    }
}
