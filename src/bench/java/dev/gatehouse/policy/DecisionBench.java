package dev.gatehouse.policy;

import dev.gatehouse.tokens.Claims;
import dev.gatehouse.vocabulary.Cidr;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.RuleParser;
import dev.gatehouse.vocabulary.Scopes;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A rule of five clauses, all of which are asked. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecisionBench {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final InetAddress ADDRESS = Cidr.literal("10.20.30.40");

    private final CompiledPolicy policy = PolicyCompiler.compile(
            RuleParser.parse(
                    "scope orders:write and role support and (ip 192.0.2.0/24 or mfa within 30m) and claim tenant = acme"),
            Map.of());
    private final Claims allowed = claims(Set.of("customer", "support"));
    private final Claims refused = claims(Set.of("customer"));

    @Benchmark
    public Decision allowed() {
        return policy.decide(new Facts(allowed, ADDRESS, NOW, PathVariables.NONE));
    }

    @Benchmark
    public Decision refused() {
        return policy.decide(new Facts(refused, ADDRESS, NOW, PathVariables.NONE));
    }

    @Benchmark
    public Decision explained() {
        return policy.explain(new Facts(allowed, ADDRESS, NOW, PathVariables.NONE));
    }

    private static Claims claims(Set<String> roles) {
        return new Claims(
                new Issuer("http://localhost:8080"),
                "u_alice",
                List.of("http://localhost:8080"),
                Optional.of(new ClientId("web-shop")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("jti"),
                Optional.of("alice"),
                Scopes.parse("openid orders:read orders:write"),
                roles,
                Set.of(),
                NOW,
                NOW.plusSeconds(600),
                Map.of("tenant", "acme", "mfa_time", NOW.getEpochSecond() - 60));
    }
}
