package dev.gatehouse.clients;

import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.outbound.NoWayOut;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.tokens.RemoteJwks;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Optional;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reading a token request's form, and which client sent it: by its secret in the header. No database is asked for a client of the file, and none is there. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ClientAuthenticationBench {
    private final Vertx vertx = Vertx.vertx();
    private ClientAuthentication authentication;
    private Call call;

    @Setup
    public void settle() throws IOException {
        var config = TestApps.config(
                Files.createTempDirectory("bench"),
                "clients:\n  svc: {type: service, secret: 'a secret of the service, long enough'}\n");
        var clock = InstantSource.system();
        var database = Database.open(vertx, new PgConnectOptions().setPort(1), clock);
        var clients = new Clients(vertx, database, () -> config, clock);
        var signatures = new Signatures(CryptoProvider.fastest());
        authentication = new ClientAuthentication(
                clients,
                new RemoteJwks(new NoWayOut(), clock),
                new OneTime(database),
                signatures,
                "https://gate.example",
                clock);
        var headers = MultiMap.caseInsensitiveMultiMap()
                .add("Authorization", "Basic c3ZjOmErc2VjcmV0K29mK3RoZStzZXJ2aWNlJTJDK2xvbmcrZW5vdWdo");
        var body = Buffer.buffer("grant_type=client_credentials&scope=api");
        call = new Call("POST", "/oauth/token", "", headers, body, InetAddress.getLoopbackAddress(), "bench");
    }

    @TearDown
    public void close() {
        vertx.close();
    }

    @Benchmark
    public Future<Client> secret() {
        return authentication.of(call, FormBody.of(call), Optional.empty());
    }

    @Benchmark
    public FormBody form() {
        return FormBody.of(call);
    }
}
