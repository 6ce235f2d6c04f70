package dev.gatehouse.clients.registration;

import static dev.gatehouse.clients.OAuthError.INVALID_CLIENT_METADATA;
import static dev.gatehouse.clients.OAuthError.INVALID_REDIRECT_URI;

import dev.gatehouse.clients.AuthMethod;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.config.AppType;
import dev.gatehouse.config.Redirects;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How an application may come for tokens: its authentication, its grants, where people are sent back to, what it may ask for. They depend on each other. */
final class FlowRules {
    private final Allowed allowed;

    FlowRules(Allowed allowed) {
        this.allowed = allowed;
    }

    void keep(Submitted sent, JsonObject kept) {
        AuthMethod method = method(sent);
        kept.put("token_endpoint_auth_method", method.wireName());
        List<String> grants = grants(sent, method);
        kept.put("grant_types", new JsonArray(grants));
        kept.put("response_types", new JsonArray(responses(sent, grants)));
        AppType type = type(sent, method);
        boolean code = grants.contains(GrantType.AUTHORIZATION_CODE.wireName());
        List<String> redirects = redirects(sent, "redirect_uris", type);
        if (code && redirects.isEmpty())
            throw INVALID_REDIRECT_URI.because("redirect_uris must name where people are sent back to");
        boolean ownScheme = redirects.stream().anyMatch(uri -> !uri.matches("(?i)https?:.*"));
        kept.put(
                "application_type",
                sent.text("application_type").orElse(type == AppType.NATIVE && ownScheme ? "native" : "web"));
        if (!redirects.isEmpty()) kept.put("redirect_uris", new JsonArray(redirects));
        List<String> afterLogout = redirects(sent, "post_logout_redirect_uris", type);
        if (!afterLogout.isEmpty()) kept.put("post_logout_redirect_uris", new JsonArray(afterLogout));
        kept.put("scope", scopes(sent).toString());
    }

    /** RFC 7591 §2: {@code client_secret_basic} where nothing is said. */
    private AuthMethod method(Submitted sent) {
        String said = sent.text("token_endpoint_auth_method").orElse(AuthMethod.CLIENT_SECRET_BASIC.wireName());
        return AuthMethod.named(said)
                .orElseThrow(
                        () -> INVALID_CLIENT_METADATA.because(
                                "token_endpoint_auth_method must be none, client_secret_basic, client_secret_post or private_key_jwt"));
    }

    private List<String> grants(Submitted sent, AuthMethod method) {
        var said = sent.texts("grant_types").orElse(List.of(GrantType.AUTHORIZATION_CODE.wireName()));
        var grants = new ArrayList<String>();
        for (String name : said) {
            Optional<GrantType> grant = GrantType.named(name).filter(allowed.grants()::contains);
            if (grant.isPresent()) grants.add(name);
            else if (!allowed.forgiving())
                throw INVALID_CLIENT_METADATA.because("grant_types has one that is not to be had by registration");
        }
        if (grants.isEmpty() || grants.equals(List.of(GrantType.REFRESH_TOKEN.wireName())))
            throw INVALID_CLIENT_METADATA.because("grant_types has none that tokens come of");
        if (method == AuthMethod.NONE && grants.contains(GrantType.CLIENT_CREDENTIALS.wireName()))
            throw INVALID_CLIENT_METADATA.because("client_credentials needs a client that authenticates");
        return grants;
    }

    /** RFC 7591 §2.1: the table of what goes with what. */
    private List<String> responses(Submitted sent, List<String> grants) {
        boolean code = grants.contains(GrantType.AUTHORIZATION_CODE.wireName());
        var usual = code ? List.of("code") : List.<String>of();
        var said = sent.texts("response_types").orElse(usual);
        if (!said.equals(usual) && !(allowed.forgiving() && said.contains("code") == code))
            throw INVALID_CLIENT_METADATA.because(
                    "response_types must be code with the grant authorization_code, and empty without");
        return usual;
    }

    /** Without a word, a client without a secret may be one on somebody's device (RFC 8252 §8.4). */
    private static AppType type(Submitted sent, AuthMethod method) {
        Optional<String> said = sent.text("application_type");
        if (said.isPresent() && !said.get().equals("web") && !said.get().equals("native"))
            throw INVALID_CLIENT_METADATA.because("application_type must be web or native");
        boolean device = said.map("native"::equals).orElse(method == AuthMethod.NONE);
        return device ? AppType.NATIVE : AppType.WEB;
    }

    private static List<String> redirects(Submitted sent, String name, AppType type) {
        var uris = sent.texts(name).orElse(List.of());
        for (String uri : uris)
            Redirects.objection(uri, type).ifPresent(objection -> {
                throw (name.equals("redirect_uris") ? INVALID_REDIRECT_URI : INVALID_CLIENT_METADATA)
                        .because(name + ": " + objection);
            });
        return uris;
    }

    private Scopes scopes(Submitted sent) {
        Optional<String> said = sent.text("scope");
        if (said.isEmpty()) return Scopes.of(allowed.scopes());
        Scopes wanted;
        try {
            wanted = Scopes.parse(said.get());
        } catch (IllegalArgumentException wrong) {
            throw INVALID_CLIENT_METADATA.because("scope is not a list of scopes");
        }
        if (allowed.scopes().containsAll(wanted.values())) return wanted;
        if (!allowed.forgiving())
            throw INVALID_CLIENT_METADATA.because("scope has one that is not to be had by registration");
        return Scopes.of(
                wanted.values().stream().filter(allowed.scopes()::contains).toList());
    }
}
