package dev.gatehouse.tokens;

import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
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

/** What a verdict costs: of a token seen before, and of one never seen. The text is a new object each time, as it is when it arrives in a header. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class TokenVerifierBench {
    @Param({"ES256", "RS256", "PS256", "EDDSA"})
    public JwsAlgorithm algorithm;

    @Param({"fastest", "jdk"})
    public String provider;

    private Tokens tokens;
    private GatehouseJwtAuth auth;
    private byte[] arriving;

    @Setup
    public void house() {
        var chosen = provider.equals("jdk") ? CryptoProvider.ofTheJdk() : CryptoProvider.fastest();
        var house = new TestTokens(TestKeys.ring(algorithm), chosen);
        house.now = Instant.now();
        tokens = new Tokens(
                TestTokens.ISSUER,
                () -> house.ring,
                house.signatures,
                house.revocations,
                InstantSource.system(),
                TestTokens.LONGEST,
                1);
        auth = tokens.auth(TestTokens.PROFILE);
        arriving = tokens.mint()
                .mint(TestTokens.grant("user-1"), Instant.now())
                .token()
                .getBytes(StandardCharsets.ISO_8859_1);
        // Revocations of others: looking them up costs the same whether there are none or many.
        for (int i = 0; i < 10_000; i++) {
            house.revocations.learn(
                    new Revocation.OfToken("jti-" + i, Instant.now().plusSeconds(3600)));
        }
    }

    @Benchmark
    public Verdict warm() {
        return auth.verify(new String(arriving, StandardCharsets.ISO_8859_1));
    }

    @Benchmark
    public Verdict cold() {
        return tokens.verifier()
                .verify(new String(arriving, StandardCharsets.ISO_8859_1), TestTokens.PROFILE, Instant.now());
    }

    @Benchmark
    public TokenMint.Minted mint() {
        return tokens.mint().mint(TestTokens.grant("user-1"), Instant.now());
    }
}
