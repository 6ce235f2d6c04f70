package dev.gatehouse.edge;

import dev.gatehouse.Loops;
import dev.gatehouse.config.ApiCallers;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.CrowdLimits;
import dev.gatehouse.config.DoorSettings;
import dev.gatehouse.config.LimitSettings;
import dev.gatehouse.config.Overrides;
import dev.gatehouse.config.RateLimit;
import dev.gatehouse.config.StepUp;
import dev.gatehouse.config.UpstreamTlsSettings;
import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.keys.TestKeys;
import dev.gatehouse.limits.ForgeryGuard;
import dev.gatehouse.limits.RateLimits;
import dev.gatehouse.policy.PolicyCompiler;
import dev.gatehouse.tokens.DpopNonces;
import dev.gatehouse.tokens.ResourceProofs;
import dev.gatehouse.tokens.SessionTokens;
import dev.gatehouse.tokens.TestTokens;
import dev.gatehouse.vocabulary.Cidr;
import dev.gatehouse.vocabulary.RoutePatternParser;
import dev.gatehouse.vocabulary.RuleParser;
import dev.gatehouse.web.Cors;
import dev.gatehouse.web.Exchange;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real gate on a real port, with one event loop, real tokens and no house behind its own addresses but an echo. */
final class TestGate implements AutoCloseable {
    static final String URL = TestTokens.ISSUER.value();
    static final LimitSettings LIMITS = new LimitSettings(
            32 * 1024,
            16 * 1024,
            8 * 1024,
            1L << 40,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            new CrowdLimits(100_000, 100_000, 100_000));

    private record Line(
            String method,
            String pattern,
            String rule,
            Config.Upstream upstream,
            Config.Identity identity,
            Duration timeout,
            RouteLimits limits,
            boolean optional,
            StepUp stepUp) {}

    /** What a gate is made of; the defaults are wide, so that a test narrows what it is about. */
    static final class Plan {
        private final List<Line> lines = new ArrayList<>();
        private LimitSettings limits = LIMITS;
        private Optional<Cors> cors = Optional.empty();
        private List<Cidr> trusted = List.of();
        private Duration timeout = Duration.ofSeconds(10);
        private boolean optional;
        private List<RateLimit> limit = List.of();
        private List<RateLimit> routeLimit = List.of();
        private RateLimits tables = new RateLimits(InstantSource.system());
        private Config.Identity identity = Config.Identity.HEADERS;
        private Optional<String> yaml = Optional.empty();
        private @Nullable UpstreamTls tls;
        private DoorSettings door = DoorSettings.IN_CLEAR;
        private boolean devMode;
        private int loops = 1;
        private boolean graceOver;
        private StepUp stepUp = StepUp.NONE;
        private ResourceProofs.OtherNodes otherNodes = (proof, until) -> Future.succeededFuture(true);
        private SessionTokens sessions = SessionTokens.NONE;
        private OutputStream log = new ByteArrayOutputStream();

        /** {@code line} as in the file, {@code GET /path: rule}, with the whole path. */
        Plan route(String line, URI origin) {
            return route(line, new Config.Upstream.Http(origin));
        }

        Plan route(String line, Config.Upstream upstream) {
            int space = line.indexOf(' ');
            int colon = line.indexOf(": ");
            lines.add(new Line(
                    line.substring(0, space),
                    line.substring(space + 1, colon),
                    line.substring(colon + 2),
                    upstream,
                    identity,
                    timeout,
                    RouteLimits.of("test", limit, line.substring(0, colon), routeLimit, tables),
                    optional,
                    stepUp));
            return this;
        }

        Plan limits(LimitSettings some) {
            limits = some;
            return this;
        }

        Plan cors(String... origins) {
            cors = Optional.of(new Cors(Set.of(origins)));
            return this;
        }

        Plan trusting(String network) {
            trusted = List.of(Cidr.parse(network));
            return this;
        }

        /** For the routes that follow. */
        Plan timeout(Duration some) {
            timeout = some;
            return this;
        }

        /** For the routes that follow: how often each may call the API, and the route. */
        Plan limited(List<RateLimit> ofApi, List<RateLimit> ofRoute) {
            limit = ofApi;
            routeLimit = ofRoute;
            return this;
        }

        /** For the routes that follow: whoever has no token passes as nobody. */
        Plan optional() {
            optional = true;
            return this;
        }

        /** Where everybody's standing is. */
        Plan tables(RateLimits some) {
            tables = some;
            return this;
        }

        /** For the routes that follow. */
        Plan relaying() {
            identity = Config.Identity.RELAY;
            return this;
        }

        /** For the routes that follow. */
        Plan introducing() {
            identity = Config.Identity.JWT;
            return this;
        }

        Plan door(DoorSettings some) {
            door = some;
            return this;
        }

        /** What upstreams by TLS are believed by. */
        Plan trusting(UpstreamTlsSettings some) {
            tls = UpstreamTls.of(some, Optional.empty());
            return this;
        }

        Plan loops(int some) {
            loops = some;
            return this;
        }

        Plan devMode() {
            devMode = true;
            return this;
        }

        Plan databaseGone() {
            graceOver = true;
            return this;
        }

        /** For the routes that follow. */
        Plan stepUp(Duration maxAge, String... acr) {
            stepUp = new StepUp(Optional.ofNullable(maxAge), List.of(acr));
            return this;
        }

        /** What the nodes know of proofs together. */
        Plan otherNodes(ResourceProofs.OtherNodes some) {
            otherNodes = some;
            return this;
        }

        /** Every route takes the cookies of these as well. */
        Plan sessions(SessionTokens some) {
            sessions = some;
            return this;
        }

        Plan log(OutputStream out) {
            log = out;
            return this;
        }

        TestGate open() throws Exception {
            return new TestGate(this);
        }

        /** As {@code gatehouse.yaml} says it, all of it. */
        Plan file(String yaml) {
            this.yaml = Optional.of(yaml);
            return this;
        }

        private EdgeSnapshot compiled(String yaml) {
            try {
                Path file = Files.writeString(Files.createTempDirectory("gate").resolve("gatehouse.yaml"), yaml);
                return EdgeSnapshot.compile(
                        ConfigFile.read(file, Map.of(), Overrides.NONE).config(), URL);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private List<Upstreams.Behind> behind() {
            return lines.stream()
                    .flatMap(line -> line.upstream() instanceof Config.Upstream.Http http
                            ? Stream.of(new Upstreams.Behind("test", http.settings(), tls))
                            : Stream.empty())
                    .distinct()
                    .toList();
        }

        private EdgeSnapshot snapshot() {
            if (yaml.isPresent()) return compiled(yaml.get());
            var routes = new RouteTable.Builder<CompiledRoute>();
            int number = 0;
            for (Line line : lines) {
                var pattern = RoutePatternParser.parse(line.pattern());
                routes.add(
                        line.method(),
                        pattern,
                        new CompiledRoute(
                                "test",
                                line.pattern(),
                                "gatehouse.yaml:" + ++number,
                                PolicyCompiler.compile(RuleParser.parse(line.rule()), Map.of(), line.stepUp()),
                                TestTokens.PROFILE,
                                line.identity(),
                                line.upstream(),
                                tls,
                                SentPath.WHOLE,
                                cors,
                                line.timeout(),
                                line.limits(),
                                sessions == SessionTokens.NONE ? ApiCallers.Auth.BEARER : ApiCallers.Auth.EITHER,
                                line.optional(),
                                false,
                                Optional.empty()));
            }
            return new EdgeSnapshot(
                    routes.build(),
                    cors,
                    limits,
                    trusted,
                    URL,
                    Set.of(TestTokens.PROFILE),
                    behind(),
                    List.of(),
                    ServerNames.of(door.tls()),
                    door.http2().cleartext());
        }
    }

    /** Making RSA keys takes long; one ring does for all gates. */
    private static final KeyRing RING = TestKeys.ring(JwsAlgorithm.ES256, JwsAlgorithm.RS256);

    final TestTokens tokens = new TestTokens(RING, CryptoProvider.fastest());
    final Crowd crowd = new Crowd();
    final AtomicBoolean leaving = new AtomicBoolean();
    /** Whether the database has been away for too long. */
    final AtomicBoolean graceOver = new AtomicBoolean();

    /** An event loop that is asked for {@code /login/held} says that it stands still, and does so until it is released. */
    final CountDownLatch standsStill = new CountDownLatch(1);

    final CountDownLatch release = new CountDownLatch(1);
    final ForgeryGuard forgeries = new ForgeryGuard(InstantSource.system());
    final Vertx vertx;
    final AccessLog log;
    private final OutputStream logged;
    private final AtomicReference<EdgeSnapshot> snapshot = new AtomicReference<>();
    private final AtomicReference<List<Upstreams.Behind>> behind = new AtomicReference<>(List.of());
    final Upstreams upstreams;
    private final List<GatewayVerticle> verticles = new CopyOnWriteArrayList<>();
    private final String deployment;

    private TestGate(Plan plan) throws Exception {
        vertx = Loops.open(4);
        graceOver.set(plan.graceOver);
        logged = plan.log;
        log = AccessLog.to(plan.log, false);
        snapshot.set(plan.snapshot());
        behind.set(plan.behind());
        upstreams = new Upstreams(vertx, behind::get);
        var parts = new EdgeParts(
                new Config.Listen(Optional.of("127.0.0.1"), 0),
                snapshot::get,
                tokens.tokens::auth,
                new ResourceProofs(
                        tokens.signatures,
                        new DpopNonces(new byte[32], InstantSource.system()),
                        plan.otherNodes,
                        InstantSource.system()),
                plan.sessions,
                some -> this::house,
                graceOver::get,
                upstreams,
                forgeries,
                crowd,
                log,
                Spans.off(),
                plan.devMode,
                leaving::get,
                Duration.ofSeconds(5),
                InstantSource.system(),
                new SecureRandom());
        deployment = vertx.deployVerticle(
                        () -> {
                            var verticle = new GatewayVerticle(parts);
                            verticles.add(verticle);
                            return verticle;
                        },
                        new DeploymentOptions().setInstances(plan.loops))
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    Future<Void> undeploy() {
        return vertx.undeploy(deployment);
    }

    static Plan plan() {
        return new Plan();
    }

    /** One route for everybody, to an upstream with more to say. */
    static TestGate before(UpstreamPlan upstream) throws Exception {
        return plan().route("ANY /**: public", upstream.upstream()).open();
    }

    /** One route for everybody at {@code /**}. */
    static TestGate before(RawUpstream upstream) throws Exception {
        return plan().route("ANY /**: public", upstream.origin()).open();
    }

    private void house(RoutingContext context) {
        context.request().resume();
        if (context.request().path().endsWith("/held")) waitForRelease();
        if (context.request().path().endsWith("/slow")) LockSupport.parkNanos(5_000_000);
        context.response()
                .end("house " + context.request().path() + " "
                        + Exchange.of(context).requestId.length());
    }

    private void waitForRelease() {
        standsStill.countDown();
        try {
            release.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    int port() {
        return verticles.get(0).port();
    }

    Wire call() {
        return new Wire(port());
    }

    /** One exchange on a connection of its own. */
    String call(String request) {
        try (Wire wire = call()) {
            return wire.send(Wire.lines(request)).answer();
        }
    }

    void swap(Plan plan) {
        behind.set(plan.behind());
        snapshot.set(plan.snapshot());
    }

    String bearer(String subject) {
        return "Authorization: Bearer " + tokens.minted(subject);
    }

    /** Every line so far; closes the gate. */
    String closedLog() throws Exception {
        close();
        return ((ByteArrayOutputStream) logged).toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        log.close();
    }
}
