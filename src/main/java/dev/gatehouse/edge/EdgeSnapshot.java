package dev.gatehouse.edge;

import dev.gatehouse.config.AppType;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.LimitSettings;
import dev.gatehouse.config.OwnAnswer;
import dev.gatehouse.config.UpstreamTlsSettings;
import dev.gatehouse.limits.RateLimits;
import dev.gatehouse.tokens.TokenProfile;
import dev.gatehouse.vocabulary.Cidr;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePattern.Segment;
import dev.gatehouse.vocabulary.RoutePatternParser;
import dev.gatehouse.web.AllowedOrigins;
import dev.gatehouse.web.Cors;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Everything a request needs of the settings, compiled and frozen. A request finishes on the snapshot it began with. */
public record EdgeSnapshot(
        RouteTable<CompiledRoute> routes,
        Optional<Cors> cors,
        LimitSettings limits,
        List<Cidr> trustProxy,
        String url,
        Set<TokenProfile> profiles,
        List<Upstreams.Behind> behind,
        List<ProtectedResource> resources,
        ServerNames certificates,
        boolean http2InClear) {
    /** The name under {@code issuers} of an API that means us. */
    private static final String SELF = "self";

    /** With the browser apps of the file alone. */
    public static EdgeSnapshot compile(Config config, String url) {
        return compile(config, url, originsOfBrowserApps(config)::contains, new RateLimits(InstantSource.system()));
    }

    /**
     * {@code url} is what browsers see, without a slash at the end; {@code browserApps} knows the origins of all of them; {@code tables} hold how everybody stands, over
     * all settings. The settings have been checked: a fault in them is a bug here.
     */
    public static EdgeSnapshot compile(Config config, String url, AllowedOrigins browserApps, RateLimits tables) {
        var rules = new SharedRules(config.policies().values().stream()
                .collect(Collectors.toMap(Config.Policy::name, Config.Policy::rule)));
        var routes = new RouteTable.Builder<CompiledRoute>();
        var profiles = new HashSet<TokenProfile>();
        var resources = new ArrayList<ProtectedResource>();
        var behind = new ArrayList<Upstreams.Behind>();
        var trusts = new HashMap<UpstreamTlsSettings, UpstreamTls>();
        for (Config.Api api : config.apis().values()) {
            TokenProfile profile = profile(api, config, url);
            profiles.add(profile);
            Optional<ProtectedResource> resource = ProtectedResource.of(api, config, url);
            resource.ifPresent(resources::add);
            Optional<Cors> cors = cors(api.exposure().cors().orElse(config.cors()), browserApps);
            UpstreamTls tls = tls(api.upstream(), config, trusts);
            if (api.upstream() instanceof Config.Upstream.Http http)
                behind.add(new Upstreams.Behind(api.name(), http.settings(), tls));
            for (Config.Route route : api.routes()) {
                RoutePattern whole = whole(api.path(), route.pattern());
                routes.add(
                        route.method(),
                        whole,
                        api.exposure().hosts(),
                        route.terms().headers(),
                        compiled(api, route, whole, rules, profile, tls, cors, resource, tables));
            }
        }
        return new EdgeSnapshot(
                routes.build(),
                cors(config.cors(), browserApps),
                config.limits(),
                config.trustProxy(),
                url,
                profiles,
                List.copyOf(behind),
                List.copyOf(resources),
                ServerNames.of(config.door().tls()),
                config.door().http2().cleartext());
    }

    /** All that upstreams are met by TLS with. */
    Set<UpstreamTls> trusts() {
        return behind.stream()
                .map(Upstreams.Behind::tls)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private static CompiledRoute compiled(
            Config.Api api,
            Config.Route route,
            RoutePattern whole,
            SharedRules rules,
            TokenProfile profile,
            @Nullable UpstreamTls tls,
            Optional<Cors> cors,
            Optional<ProtectedResource> resource,
            RateLimits tables) {
        return new CompiledRoute(
                api.name(),
                whole.text(),
                route.at().fileAndLine(),
                rules.of(route),
                profile,
                api.identity(),
                api.upstream(),
                tls,
                sentPath(api, route, whole),
                cors,
                route.timeout().or(() -> timeoutOf(api.upstream())).orElse(api.timeout()),
                RouteLimits.of(
                        api.name(),
                        api.callers().limits(),
                        route.method() + " " + whole.text(),
                        route.callers().limits(),
                        tables),
                api.callers().auth(),
                route.callers().optional(),
                !api.exposure().hosts().isEmpty(),
                resource.map(ProtectedResource::metadata));
    }

    private static Optional<Duration> timeoutOf(Config.Upstream upstream) {
        return upstream instanceof Config.Upstream.Http http ? http.settings().timeout() : Optional.empty();
    }

    /** A pattern of an API, seen from the root. */
    private static RoutePattern whole(String path, RoutePattern pattern) {
        RoutePattern base = RoutePatternParser.parse(path);
        var segments = new ArrayList<Segment>(base.segments());
        segments.addAll(pattern.segments());
        String stem = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return new RoutePattern(
                pattern.segments().isEmpty() && !stem.isEmpty() ? stem : stem + pattern.text(), segments);
    }

    /** What an API asks of tokens. */
    public static TokenProfile profile(Config.Api api, Config config, String url) {
        var issuers = new HashSet<Issuer>();
        for (String name : api.issuers()) {
            if (name.equals(SELF)) issuers.add(new Issuer(url));
            else Optional.ofNullable(config.issuers().get(name)).ifPresent(known -> issuers.add(known.issuer()));
        }
        return new TokenProfile(issuers, api.ownAudienceAt(url).orElse(url));
    }

    private static @Nullable UpstreamTls tls(
            Config.Upstream upstream, Config config, Map<UpstreamTlsSettings, UpstreamTls> made) {
        if (!(upstream instanceof Config.Upstream.Http http)) return null;
        if (!Origin.of(http.targets().get(0)).protocol().isTls()) return null;
        return made.computeIfAbsent(
                http.settings().tls(),
                settings -> UpstreamTls.of(settings, config.outbound().ca()));
    }

    private static SentPath sentPath(Config.Api api, Config.Route route, RoutePattern whole) {
        if (api.upstream() instanceof OwnAnswer.Redirect away) return SentPath.rewritten(whole, away.path());
        Optional<RoutePattern> rewrite = route.terms().rewrite();
        if (rewrite.isPresent()) return SentPath.rewritten(whole, rewrite.get());
        if (!api.exposure().strip()) return SentPath.WHOLE;
        return SentPath.without(RoutePatternParser.parse(api.path()).segments().size());
    }

    private static Optional<Cors> cors(Config.CorsSettings settings, AllowedOrigins browserApps) {
        if (settings instanceof Config.CorsSettings.Origins listed) return Optional.of(new Cors(listed.origins()));
        if (settings instanceof Config.CorsSettings.Clients) return Optional.of(new Cors(browserApps));
        return Optional.empty();
    }

    private static Set<String> originsOfBrowserApps(Config config) {
        return Cors.originsOf(config.clients().values().stream()
                .filter(app -> app.type() == AppType.SPA)
                .flatMap(app -> app.redirect().stream())
                .toList());
    }
}
