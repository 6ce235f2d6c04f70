package dev.gatehouse.bus;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Overrides;
import dev.gatehouse.edge.EdgeAdvice;
import dev.gatehouse.edge.EdgeSnapshot;
import dev.gatehouse.tokens.DpopNonces;
import dev.gatehouse.tokens.ResourceProofs;
import dev.gatehouse.tokens.TestTokens;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a verdict costs over the event bus, of a token seen before: question, answer and both deliveries. One event loop does all of it, so time is CPU time. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class BusVerifyBench {
    private static final int AT_ONCE = 500;
    private static final Overrides NONE =
            new Overrides(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context loop = vertx.getOrCreateContext();
    private TokenService tokens;
    private String token;

    @Setup
    @SuppressWarnings("NullAway") // no service asks for anything here
    public void house() throws IOException {
        var house = new TestTokens();
        house.now = Instant.now();
        token = house.tokens.mint().mint(TestTokens.grant("user-1"), house.now).token();
        var file = Files.writeString(
                Files.createTempFile("bench", ".yaml"),
                "apis: {orders: {path: /orders, upstream: \"eventbus:orders\", routes: {GET /: login}}}\n");
        var config =
                ConfigFile.read(file, Map.of(), NONE, ConfigFile.Mode.CHECK).config();
        Files.delete(file);
        var snapshot = EdgeSnapshot.compile(config, TestTokens.ISSUER.value());
        var proofs = new ResourceProofs(
                house.signatures,
                new DpopNonces(new byte[32], house.clock()),
                (proof, until) -> Future.succeededFuture(true),
                house.clock());
        var advice =
                new EdgeAdvice(() -> snapshot, () -> config, house.tokens::auth, proofs, () -> false, house.clock());
        var answers =
                new TokenAnswers(advice, null, client -> Future.succeededFuture(Optional.empty()), Optional::empty);
        vertx.deployVerticle(new BusVerticle(answers)).await();
        tokens = TokenService.on(vertx);
        if (!tokens.verify(token).await().isYes()) throw new IllegalStateException("the token does not hold");
    }

    @TearDown
    public void close() {
        vertx.close().await();
    }

    /** By the typed client. */
    @Benchmark
    @OperationsPerInvocation(AT_ONCE)
    public void typed() throws InterruptedException {
        all(() -> tokens.verify(token));
    }

    /** By a message of one's own. */
    @Benchmark
    @OperationsPerInvocation(AT_ONCE)
    public void json() throws InterruptedException {
        all(() -> vertx.eventBus()
                .request(
                        TokenService.ADDRESS,
                        new JsonObject().put("action", "verify").put("token", token)));
    }

    /** A decision at a route. */
    @Benchmark
    @OperationsPerInvocation(AT_ONCE)
    public void authorize() throws InterruptedException {
        all(() -> tokens.authorize(token, "GET", "/orders"));
    }

    private void all(Supplier<Future<?>> question) throws InterruptedException {
        var answered = new CountDownLatch(AT_ONCE);
        loop.runOnContext(go -> {
            for (int i = 0; i < AT_ONCE; i++) question.get().onComplete(done -> answered.countDown());
        });
        answered.await();
    }
}
