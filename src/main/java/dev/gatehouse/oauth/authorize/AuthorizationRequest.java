package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_DPOP_PROOF;

import dev.gatehouse.identity.StandardClaim;
import dev.gatehouse.signin.Level;
import dev.gatehouse.signin.Wish;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request that has passed every check. It stays on the server from here on: pages carry a handle to it, so nothing of it can be changed on the way round. What it
 * says of people: {@code subjects} is who has to be signed in, as this client knows them; {@code acrValues} are the only kinds of sign-in that will do.
 */
record AuthorizationRequest(
        ClientId client,
        Destination destination,
        Optional<String> challenge,
        Scopes scopes,
        List<String> audience,
        Optional<String> nonce,
        Optional<String> dpopKey,
        Set<Prompt> prompts,
        Optional<Duration> maxAge,
        Set<String> subjects,
        Set<String> acrValues,
        Optional<JsonObject> claims,
        Hints hints,
        Optional<Pushed> pushed) {
    AuthorizationRequest {
        audience = List.copyOf(audience);
        prompts = Set.copyOf(prompts);
        subjects = Set.copyOf(subjects);
        acrValues = Collections.unmodifiableSet(new LinkedHashSet<>(acrValues));
    }

    /** For pages alone: what to write into the name's field, in which languages, how large. */
    record Hints(Optional<String> login, Optional<String> locales, Optional<String> display) {}

    /** The {@code request_uri} it was fetched by, and until when that could have been opened. */
    record Pushed(String uri, Instant until) {}

    /** Whether a sign-in of that kind will do: one of those that were named, or a stronger one. */
    boolean isMetBy(String acr) {
        if (acrValues.isEmpty() || acrValues.contains(acr)) return true;
        Optional<Level> reached = Level.of(acr);
        return reached.isPresent()
                && acrValues.stream().flatMap(name -> Level.of(name).stream()).anyMatch(reached.get()::isAtLeast);
    }

    /** What the client is told of a sign-in that will do: a name that it asked for, where that is not too much to say. */
    String acrToSay(String acr) {
        if (acrValues.isEmpty() || acrValues.contains(acr)) return acr;
        return acrValues.stream()
                .flatMap(name -> Level.of(name).stream())
                .filter(level -> Level.of(acr)
                        .filter(reached -> reached.isAtLeast(level))
                        .isPresent())
                .max(Comparator.naturalOrder())
                .map(Level::acr)
                .orElse(acr);
    }

    /** What our pages have to ask for: the first kind of those named that is one of ours. */
    Wish wish(Instant now) {
        Level level = acrValues.stream()
                .flatMap(name -> Level.of(name).stream())
                .findFirst()
                .orElse(Level.ONE);
        return new Wish(level, maxAge.map(now::minus), prompts.contains(Prompt.LOGIN));
    }

    boolean openId() {
        return scopes.has("openid");
    }

    /** What a person agrees to: the scopes, and those that claims belong to which are asked for by name (OpenID Connect Core §5.4, §5.5). */
    Scopes agreement() {
        var all = new LinkedHashSet<>(scopes.values());
        claims.ifPresent(asked -> asked.forEach(
                part -> ((JsonObject) part.getValue()).fieldNames().forEach(name -> StandardClaim.named(name)
                        .ifPresent(claim -> all.add(claim.scope())))));
        return Scopes.of(all);
    }

    AuthorizationRequest pushedAs(Pushed as) {
        return new AuthorizationRequest(
                client,
                destination,
                challenge,
                scopes,
                audience,
                nonce,
                dpopKey,
                prompts,
                maxAge,
                subjects,
                acrValues,
                claims,
                hints,
                Optional.of(as));
    }

    /** Pushed together with a proof of possession, whose key the code will belong to (RFC 9449 §10.1). */
    AuthorizationRequest pushedBy(Optional<String> key) {
        if (key.isEmpty()) return this;
        if (dpopKey.isPresent() && !dpopKey.equals(key))
            throw INVALID_DPOP_PROOF.because("dpop_jkt names another key than the proof");
        return new AuthorizationRequest(
                client,
                destination,
                challenge,
                scopes,
                audience,
                nonce,
                key,
                prompts,
                maxAge,
                subjects,
                acrValues,
                claims,
                hints,
                pushed);
    }

    /** Parameters have their own names here; pages read {@code login_hint}, {@code ui_locales} and {@code redirect_uri}. */
    JsonObject toJson() {
        var json = new JsonObject()
                .put("client_id", client.value())
                .put("scope", scopes.toString())
                .put("audience", new JsonArray(audience))
                .put("prompt", words(prompts.stream().map(Prompt::wireName).toList()))
                .put("subjects", words(subjects))
                .put("acr_values", words(acrValues));
        destination.writeTo(json);
        challenge.ifPresent(value -> json.put("code_challenge", value));
        nonce.ifPresent(value -> json.put("nonce", value));
        dpopKey.ifPresent(value -> json.put("dpop_jkt", value));
        maxAge.ifPresent(value -> json.put("max_age", value.toSeconds()));
        claims.ifPresent(value -> json.put("claims", value));
        hints.login().ifPresent(value -> json.put("login_hint", value));
        hints.locales().ifPresent(value -> json.put("ui_locales", value));
        hints.display().ifPresent(value -> json.put("display", value));
        pushed.ifPresent(value -> json.put("request_uri", value.uri())
                .put("request_uri_until", value.until().getEpochSecond()));
        return json;
    }

    static AuthorizationRequest of(JsonObject json) {
        Set<Prompt> prompts = EnumSet.noneOf(Prompt.class);
        texts(json, "prompt").forEach(word -> prompts.add(Prompt.named(word).orElseThrow()));
        return new AuthorizationRequest(
                new ClientId(json.getString("client_id")),
                Destination.from(json),
                text(json, "code_challenge"),
                Scopes.parse(json.getString("scope")),
                texts(json, "audience"),
                text(json, "nonce"),
                text(json, "dpop_jkt"),
                prompts,
                Optional.ofNullable(json.getLong("max_age")).map(Duration::ofSeconds),
                new LinkedHashSet<>(texts(json, "subjects")),
                new LinkedHashSet<>(texts(json, "acr_values")),
                Optional.ofNullable(json.getJsonObject("claims")),
                new Hints(text(json, "login_hint"), text(json, "ui_locales"), text(json, "display")),
                text(json, "request_uri")
                        .map(uri -> new Pushed(uri, Instant.ofEpochSecond(json.getLong("request_uri_until")))));
    }

    private static JsonArray words(Collection<String> values) {
        return new JsonArray(List.copyOf(values));
    }

    private static List<String> texts(JsonObject json, String name) {
        return json.getJsonArray(name).stream().map(String.class::cast).toList();
    }

    private static Optional<String> text(JsonObject json, String name) {
        return Optional.ofNullable(json.getString(name));
    }
}
