package dev.gatehouse.edge;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.ForeignIssuer;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Rule;
import dev.gatehouse.vocabulary.RuleReferences;
import dev.gatehouse.web.Reply;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an API says of itself to programs that meet it for the first time (RFC 9728): whose tokens it takes and which scopes there are. {@code resource} is its
 * identifier, the URL that it is called at and that its tokens are meant for; {@code metadata} is where this is read.
 */
record ProtectedResource(String resource, String metadata, Reply document) {
    static final String PREFIX = "/.well-known/oauth-protected-resource";

    private static final String SELF = "self";
    private static final String ANYBODY = "*";

    /** Of APIs that say so in the file. */
    static Optional<ProtectedResource> of(Config.Api api, Config config, String url) {
        if (!api.callers().mcp()) return Optional.empty();
        String resource = api.ownAudienceAt(url).orElse(url);
        int path = pathOf(resource);
        return Optional.of(new ProtectedResource(
                resource,
                resource.substring(0, path) + PREFIX + resource.substring(path),
                Reply.json(200, said(api, config, url, resource))
                        .with("Cache-Control", "public, max-age=300")
                        .with(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN.toString(), ANYBODY)));
    }

    private static int pathOf(String url) {
        int slash = url.indexOf('/', url.indexOf("//") + 2);
        return slash < 0 ? url.length() : slash;
    }

    private static JsonObject said(Config.Api api, Config config, String url, String resource) {
        var issuers = new ArrayList<String>();
        for (String name : api.issuers()) {
            ForeignIssuer other = config.issuers().get(name);
            if (name.equals(SELF)) issuers.add(url);
            else if (other != null) issuers.add(other.issuer().value());
        }
        return new JsonObject()
                .put("resource", resource)
                .put("resource_name", api.name())
                .put("authorization_servers", new JsonArray(issuers))
                .put("scopes_supported", new JsonArray(List.copyOf(scopes(api, config))))
                .put("bearer_methods_supported", JsonArray.of("header"))
                .put("dpop_signing_alg_values_supported", JsonArray.of("ES256", "EdDSA", "RS256", "PS256"));
    }

    /** Those that its rules name, also by way of policies. */
    private static Set<String> scopes(Config.Api api, Config config) {
        var scopes = new TreeSet<String>();
        var seen = new HashSet<String>();
        var open = new LinkedHashSet<Rule>();
        api.routes().forEach(route -> open.add(route.allow()));
        while (!open.isEmpty()) {
            Rule rule = open.iterator().next();
            open.remove(rule);
            for (RuleReferences.Reference reference : RuleReferences.of(rule)) {
                if (reference.kind() == RuleReferences.Kind.SCOPE) scopes.add(reference.name());
                Config.Policy policy = reference.kind() == RuleReferences.Kind.POLICY
                        ? config.policies().get(reference.name())
                        : null;
                if (policy != null && seen.add(policy.name())) open.add(policy.rule());
            }
        }
        return scopes;
    }

    /** True where a request for such a document was answered. Scripts of any page may read it, as they may read the issuer's own. */
    static boolean answers(Passage passage) {
        String path = passage.target().path();
        if (!path.startsWith(PREFIX)) return false;
        Optional<ProtectedResource> found = passage.snapshot.resources().stream()
                .filter(each ->
                        each.metadata().substring(pathOf(each.metadata())).equals(path))
                .reduce((one, other) -> other.isAt(passage.host()) ? other : one);
        found.ifPresent(resource -> resource.answer(passage));
        return found.isPresent();
    }

    private boolean isAt(@Nullable String host) {
        int from = metadata.indexOf("//") + 2;
        return metadata.substring(from, pathOf(metadata)).equalsIgnoreCase(host);
    }

    private void answer(Passage passage) {
        switch (passage.method().name()) {
            case "GET", "HEAD" -> Answers.give(passage, document);
            case "OPTIONS" ->
                Answers.give(
                        passage,
                        Reply.empty(204)
                                .with("Access-Control-Allow-Origin", ANYBODY)
                                .with("Access-Control-Allow-Methods", "GET")
                                .with("Access-Control-Allow-Headers", ANYBODY)
                                .with("Access-Control-Max-Age", "600"));
            default ->
                Answers.give(
                        passage,
                        Reason.METHOD_NOT_ALLOWED,
                        Answers.problem(passage, Reason.METHOD_NOT_ALLOWED, "This address takes GET.")
                                .with("Allow", "GET, HEAD, OPTIONS"));
        }
    }
}
