package dev.gatehouse.edge;

import dev.gatehouse.config.ApiCallers.Auth;
import dev.gatehouse.config.Config;
import dev.gatehouse.policy.CompiledPolicy;
import dev.gatehouse.policy.Decision;
import dev.gatehouse.policy.Facts;
import dev.gatehouse.policy.PathVariables;
import dev.gatehouse.policy.PolicyCompiler;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.GatehouseJwtAuth;
import dev.gatehouse.tokens.ResourceProofs;
import dev.gatehouse.tokens.TokenProfile;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Generations;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Rule;
import dev.gatehouse.vocabulary.RuleFault;
import dev.gatehouse.vocabulary.RuleParser;
import dev.gatehouse.vocabulary.RuleReferences;
import dev.gatehouse.vocabulary.RuleReferences.Kind;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the gate would say to a caller, for whoever asks without a request: the same views of tokens, the same routes, the same rules, the same order of answers. Limits
 * are not asked, for nobody came. May be shared by all event loops.
 */
public final class EdgeAdvice {
    private static final int MOST_PERMISSIONS = 1_000;
    private static final Verdict TOO_LONG = new Verdict.Rejected(Reason.INVALID_TOKEN, "the token is too long");
    private static final Verdict BOUND_TO_NO_KEY =
            new Verdict.Rejected(Reason.INVALID_TOKEN, "the token is bound to no key");
    private static final Verdict NO_BEARER_TOKEN =
            new Verdict.Rejected(Reason.INVALID_TOKEN, "the token is bound to a key and no bearer token");
    private static final Verdict DATABASE_AWAY =
            new Verdict.Rejected(Reason.DATABASE_UNAVAILABLE, "Tokens cannot be judged for now.");

    private final Supplier<EdgeSnapshot> snapshot;
    private final Supplier<Config> config;
    private final Function<TokenProfile, GatehouseJwtAuth> tokens;
    private final ResourceProofs proofs;
    private final BooleanSupplier databaseGraceOver;
    private final InstantSource clock;
    private volatile @Nullable Views views;

    public EdgeAdvice(
            Supplier<EdgeSnapshot> snapshot,
            Supplier<Config> config,
            Function<TokenProfile, GatehouseJwtAuth> tokens,
            ResourceProofs proofs,
            BooleanSupplier databaseGraceOver,
            InstantSource clock) {
        this.snapshot = snapshot;
        this.config = config;
        this.tokens = tokens;
        this.proofs = proofs;
        this.databaseGraceOver = databaseGraceOver;
        this.clock = clock;
    }

    /** A token as its bearer showed it, and the proof that came with it where it is bound to a key. */
    public record Shown(String token, Optional<Proof> proof) {}

    /** {@code jwt} was made for a request with that method to that address (RFC 9449 §4.2). */
    public record Proof(String jwt, String method, String url) {}

    /** A request that may come, or came to somebody else. {@code address} is where its caller is. */
    public record Request(
            String method,
            String path,
            Optional<String> host,
            Map<String, String> fields,
            Optional<InetAddress> address) {}

    /** May they? */
    public sealed interface Advice {
        /** {@code caller} is absent where nobody had to say who they are. */
        record Yes(Optional<Claims> caller) implements Advice {}

        /** {@code decision} is there where a rule said no. */
        record No(Reason reason, String detail, Optional<Decision.Refused> decision) implements Advice {}
    }

    /** The caller's address was not told, and the rule asks for it; or a permission that is no rule. */
    public static final class Unclear extends Exception {
        private static final long serialVersionUID = 1L;

        Unclear(String why) {
            super(why, null, false, false);
        }
    }

    /** What the settings of one moment amount to. */
    private record Views(
            EdgeSnapshot of,
            GatehouseJwtAuth house,
            Map<TokenProfile, GatehouseJwtAuth> byProfile,
            Map<String, GatehouseJwtAuth> byApi,
            Generations<String, CompiledPolicy> permissions) {}

    // ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────

    /** How the house itself sees tokens. */
    public GatehouseJwtAuth house() {
        return views().house();
    }

    /** How an API sees them; absent where there is none of that name. */
    public Optional<GatehouseJwtAuth> api(String name) {
        Views now = views();
        GatehouseJwtAuth known = now.byApi().get(name);
        if (known != null) return Optional.of(known);
        Config settings = config.get();
        Optional<GatehouseJwtAuth> found = Optional.ofNullable(settings.apis().get(name))
                .map(api ->
                        view(now, EdgeSnapshot.profile(api, settings, now.of().url())));
        found.ifPresent(view -> now.byApi().put(name, view));
        return found;
    }

    /** How somebody would for whom our tokens of that audience are meant. */
    public GatehouseJwtAuth audience(String audience) {
        return tokens.apply(new TokenProfile(Set.of(new Issuer(snapshot.get().url())), audience));
    }

    /** Complete at once where the token was verified here before. Never fails for what a stranger sent. */
    public Future<Verdict> verdict(GatehouseJwtAuth view, Shown shown) {
        if (databaseGraceOver.getAsBoolean()) return Future.succeededFuture(DATABASE_AWAY);
        if (shown.token().length() > snapshot.get().limits().tokenSize()) return Future.succeededFuture(TOO_LONG);
        Future<Verdict> verdict = view.judge(shown.token());
        return verdict.succeeded() ? held(verdict.result(), shown) : verdict.compose(judged -> held(judged, shown));
    }

    /** A token that holds; whether whoever shows it may, depends on the proof. */
    private Future<Verdict> held(Verdict verdict, Shown shown) {
        if (!(verdict instanceof Verdict.Accepted accepted)) return Future.succeededFuture(verdict);
        Optional<String> key = accepted.claims().boundTo();
        if (shown.proof().isEmpty()) return Future.succeededFuture(key.isEmpty() ? verdict : NO_BEARER_TOKEN);
        if (key.isEmpty()) return Future.succeededFuture(BOUND_TO_NO_KEY);
        Proof proof = shown.proof().get();
        return proofs.judge(List.of(proof.jwt()), proof.method(), proof.url(), shown.token(), key.get())
                .map(no -> no.map(EdgeAdvice::refused).orElse(verdict));
    }

    private static Verdict refused(ResourceProofs.No no) {
        Reason reason = no.problem() == ResourceProofs.Problem.BUSY ? Reason.BUSY : Reason.INVALID_TOKEN;
        return new Verdict.Rejected(reason, no.why());
    }

    // ── routes ───────────────────────────────────────────────────────────────────────────────────────────────────

    /** What would become of the request; a proof in {@code shown} is judged as it says. */
    public Future<Advice> may(Request request, Optional<Shown> shown) {
        String method = request.method();
        EdgeSnapshot now = snapshot.get();
        RequestTarget target =
                RequestTarget.parse(method, request.path(), now.limits().uriSize());
        if (target instanceof RequestTarget.Refused no) return no(no.reason(), no.detail());
        var canonical = (RequestTarget.Canonical) target;
        if (HouseAddresses.has(canonical.path())) return no(Reason.NO_ROUTE, "This address is the gate's own.");
        MultiMap fields = MultiMap.caseInsensitiveMultiMap().addAll(request.fields());
        RouteTable.Found<CompiledRoute> found =
                now.routes().find(method, canonical, request.host().orElse(null), new AskedFields(fields));
        if (found instanceof RouteTable.Found.Match<CompiledRoute> match) return atRoute(match, request, shown);
        if (found instanceof RouteTable.Found.MethodNotAllowed<CompiledRoute> no)
            return no(Reason.METHOD_NOT_ALLOWED, "This address takes " + String.join(", ", no.allowed()) + ".");
        if (found instanceof RouteTable.Found.Ambiguous<CompiledRoute> no)
            return no(Reason.AMBIGUOUS_REQUEST, no.detail());
        return no(Reason.NO_ROUTE, "No route leads to this address.");
    }

    private Future<Advice> atRoute(
            RouteTable.Found.Match<CompiledRoute> match, Request request, Optional<Shown> shown) {
        CompiledRoute route = match.route();
        CompiledPolicy policy = route.policy();
        if (policy.isPublic()) return Future.succeededFuture(new Advice.Yes(Optional.empty()));
        if (databaseGraceOver.getAsBoolean())
            return no(Reason.DATABASE_UNAVAILABLE, "Tokens cannot be judged for now.");
        if (policy.asksAddress() && request.address().isEmpty()) return Future.failedFuture(addressIsNeeded());
        boolean takesTokens = route.auth() != Auth.SESSION;
        if (shown.isEmpty() || !takesTokens)
            return Future.succeededFuture(
                    route.optional()
                            ? new Advice.Yes(Optional.empty())
                            : decided(policy, null, request.address(), match.variables()));
        return verdict(view(views(), route.profile()), shown.get())
                .map(verdict -> judged(verdict, policy, request.address(), match.variables()));
    }

    // ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────

    /** Whether the rule {@code permission}, in the words of the file, holds for whoever shows the token to that view of tokens. */
    public Future<Advice> permits(
            String permission, GatehouseJwtAuth view, Optional<Shown> shown, Optional<InetAddress> address)
            throws Unclear {
        CompiledPolicy policy = permission(permission);
        if (policy.asksAddress() && address.isEmpty()) throw addressIsNeeded();
        if (shown.isEmpty()) return Future.succeededFuture(decided(policy, null, address, PathVariables.NONE));
        return verdict(view, shown.get()).map(verdict -> judged(verdict, policy, address, PathVariables.NONE));
    }

    private CompiledPolicy permission(String text) throws Unclear {
        Generations<String, CompiledPolicy> known = views().permissions();
        CompiledPolicy before = known.get(text);
        if (before != null) return before;
        try {
            Rule rule = RuleParser.parse(text);
            for (RuleReferences.Reference name : RuleReferences.of(rule))
                if (name.kind() == Kind.PATH_VARIABLE) throw new Unclear("permission has no path, so no {variables}");
            Map<String, Rule> policies = config.get().policies().values().stream()
                    .collect(Collectors.toMap(Config.Policy::name, Config.Policy::rule));
            CompiledPolicy compiled = PolicyCompiler.compile(rule, policies);
            return known.getOrMake(text, made -> compiled);
        } catch (RuleFault no) {
            throw new Unclear("permission is not a rule: " + no.message());
        } catch (IllegalArgumentException no) {
            throw new Unclear("permission is not a rule here: " + no.getMessage());
        }
    }

    private Advice judged(
            Verdict verdict, CompiledPolicy policy, Optional<InetAddress> address, PathVariables variables) {
        if (verdict instanceof Verdict.Rejected no) return new Advice.No(no.reason(), no.detail(), Optional.empty());
        return decided(policy, ((Verdict.Accepted) verdict).claims(), address, variables);
    }

    private Advice decided(
            CompiledPolicy policy, @Nullable Claims claims, Optional<InetAddress> address, PathVariables variables) {
        var facts = new Facts(claims, address.orElseGet(InetAddress::getLoopbackAddress), clock.instant(), variables);
        return policy.decide(facts) instanceof Decision.Refused no
                ? new Advice.No(no.reason(), no.detail(), Optional.of(no))
                : new Advice.Yes(Optional.ofNullable(claims));
    }

    private static Unclear addressIsNeeded() {
        return new Unclear("the rule asks where the caller is; say it in address");
    }

    private static Future<Advice> no(Reason reason, String detail) {
        return Future.succeededFuture(new Advice.No(reason, detail, Optional.empty()));
    }

    // ── what is kept ─────────────────────────────────────────────────────────────────────────────────────────────

    private GatehouseJwtAuth view(Views now, TokenProfile profile) {
        return now.byProfile().computeIfAbsent(profile, tokens);
    }

    @SuppressWarnings("ReferenceEquality") // settings are replaced as a whole
    private Views views() {
        EdgeSnapshot current = snapshot.get();
        Views now = views;
        if (now != null && now.of() == current) return now;
        var house = new TokenProfile(Set.of(new Issuer(current.url())), current.url());
        var byProfile = new ConcurrentHashMap<TokenProfile, GatehouseJwtAuth>();
        Views fresh = new Views(
                current,
                byProfile.computeIfAbsent(house, tokens),
                byProfile,
                new ConcurrentHashMap<>(),
                new Generations<>(MOST_PERMISSIONS));
        views = fresh;
        return fresh;
    }
}
