package dev.gatehouse.edge;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Every request pays this, and every attacker makes us pay the last two. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestTargetBench {
    @Param({
        "/api/orders/4711",
        "/api/orders/4711/events?page=2&size=50",
        "/api/caf%C3%A9/a%20b",
        "/api/%2e%2e/admin",
        "/api/%c0%ae%c0%ae/admin"
    })
    String target;

    @Benchmark
    public Object parse() {
        return RequestTarget.parse("GET", target, 8192);
    }
}
