package dev.gatehouse.signin;

import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Reply;
import java.security.SecureRandom;
import java.time.Duration;
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

/** Writing the answer of the token endpoint: access, refresh and ID token, as long as they are in life. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class IssuedBench {
    private Issued issued;

    @Setup
    public void issue() {
        var random = new SecureRandom();
        var grant = new GrantId(RandomText.of(random, 16));
        issued = Issued.accessToken(
                        RandomText.of(random, 520), false, Duration.ofMinutes(10), Scopes.parse("openid profile"))
                .with(new RefreshMint(new byte[32], random).first(grant))
                .withIdToken(RandomText.of(random, 360));
    }

    @Benchmark
    public Reply reply() {
        return issued.reply();
    }
}
