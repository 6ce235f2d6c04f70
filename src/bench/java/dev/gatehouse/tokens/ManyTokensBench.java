package dev.gatehouse.tokens;

import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a verdict costs where so many different tokens come in turn, each seen before; one event loop and the launcher's heap. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 5)
@Measurement(iterations = 3, time = 5)
@Fork(
        value = 1,
        jvmArgsAppend = {"-XX:+UseSerialGC", "-Xms24m", "-XX:MaxNewSize=40m", "-Xmx512m"})
public class ManyTokensBench {
    @Param({"ES256", "RS256"})
    public JwsAlgorithm algorithm;

    @Param({"100", "10000", "100000"})
    public int different;

    private GatehouseJwtAuth auth;
    private byte[][] arriving;
    private int next;

    @Setup
    public void house() {
        var house = new TestTokens(TestKeys.ring(algorithm), CryptoProvider.fastest());
        house.now = Instant.now();
        var tokens = new Tokens(
                TestTokens.ISSUER,
                () -> house.ring,
                house.signatures,
                house.revocations,
                InstantSource.system(),
                TestTokens.LONGEST,
                1);
        auth = tokens.auth(TestTokens.PROFILE);
        arriving = new byte[different][];
        for (int i = 0; i < different; i++) arriving[i] = minted(tokens, i);
        for (int i = 0; i < different; i++) different();
    }

    private static byte[] minted(Tokens tokens, int user) {
        var one = TestTokens.grant("user-" + user);
        var grant = new AccessGrant(
                one.subject(),
                one.client(),
                one.session(),
                Optional.of("name-of-" + user),
                List.of(TestTokens.AUDIENCE),
                one.scopes(),
                List.of("staff"),
                List.of(),
                Map.of(),
                Duration.ofHours(2));
        return tokens.mint().mint(grant, Instant.now()).token().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Benchmark
    public Verdict different() {
        if (++next >= different) next = 0;
        return auth.verify(new String(arriving[next], StandardCharsets.ISO_8859_1));
    }
}
