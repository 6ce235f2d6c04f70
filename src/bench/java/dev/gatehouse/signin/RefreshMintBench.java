package dev.gatehouse.signin;

import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.RandomText;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
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

/** What a refresh token costs apart from the database: reading one, making the one that follows, and what is stored of both. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class RefreshMintBench {
    private final SecureRandom random = new SecureRandom();
    private final RefreshMint mint = new RefreshMint(new byte[32], random);
    private RefreshToken token;
    private String text;

    @Setup
    public void make() {
        token = mint.first(new GrantId(RandomText.of(random, 16)));
        text = token.value().reveal();
    }

    @Benchmark
    public RefreshToken presented() {
        return mint.presented(text).orElseThrow();
    }

    @Benchmark
    public RefreshToken successor() {
        return mint.successor(token);
    }

    @Benchmark
    public Buffer hash() {
        return token.hash();
    }
}
