package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST_OBJECT;

import dev.gatehouse.clients.Client;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.oauth.authorize.Sent.How;
import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.signin.House;
import dev.gatehouse.tokens.ForeignKeys;
import dev.gatehouse.tokens.SignedJwt;
import dev.gatehouse.tokens.TokenVerifier;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.FormBody;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Request objects (RFC 9101): a request as a JWT that its client has signed, brought by value. Opened, it is the whole request: what stands beside it counts for
 * nothing (§6.3). It is read as strictly as any token, so never unsigned and never encrypted.
 */
final class RequestObjects {
    /** What discovery says of it. */
    static final List<String> ALGORITHMS =
            Arrays.stream(JwsAlgorithm.values()).map(JwsAlgorithm::wireName).toList();

    /** Nobody needs longer to bring one (FAPI 2.0 Message Signing §5.3.1 allows an hour). */
    private static final Duration LONGEST_LIFE = Duration.ofMinutes(60);

    /** Claims about the JWT itself; no parameters of the request. */
    private static final Set<String> ABOUT_ITSELF = Set.of("iss", "aud", "exp", "nbf", "iat", "jti", "sub");

    private final House house;

    RequestObjects(House house) {
        this.house = house;
    }

    /** The parameters that were signed; fails with what is wrong about the object. */
    Future<Sent> open(Sent sent, Client client) {
        return Future.succeededFuture(sent.field("request").orElseThrow())
                .map(RequestObjects::read)
                .compose(object -> open(object, sent, client));
    }

    private Future<Sent> open(SignedJwt object, Sent sent, Client client) {
        return keys(client, object).map(keys -> {
            if (!object.provenBy(keys, allowed(client), house.tokens().signatures()))
                throw wrong("the request object is not signed with a key of the client's");
            return judged(object, client, sent, house.clock().instant());
        });
    }

    /** The one that the client registered, {@code request_object_signing_alg}, else any of ours (OpenID Connect Dynamic Client Registration §2). */
    private static Set<JwsAlgorithm> allowed(Client client) {
        return client.signing().requestObject().map(Set::of).orElse(EnumSet.allOf(JwsAlgorithm.class));
    }

    private static SignedJwt read(String text) {
        try {
            SignedJwt object = SignedJwt.read(text);
            // RFC 9101 §4 and §10.8: the type is explicit, or that of any JWT.
            if (!object.typ().matches("(?i)oauth-authz-req\\+jwt|jwt|"))
                throw wrong("the request object is a JWT of another kind (typ)");
            return object;
        } catch (SignedJwt.Malformed e) {
            throw wrong("the request object does not hold: " + e.why());
        }
    }

    private Future<ForeignKeys> keys(Client client, SignedJwt object) {
        Optional<Client.Keys> keys = client.proof().keys();
        if (keys.isEmpty()) return Future.failedFuture(wrong("the client has no keys to sign requests with"));
        if (keys.get() instanceof Client.Keys.ByValue given) return Future.succeededFuture(parsed(given));
        var address = ((Client.Keys.At) keys.get()).jwksUri();
        return house.remoteJwks()
                .keys(address)
                .compose(known ->
                        object.kid().isEmpty() || known.find(object.kid().get(), object.algorithm()) != null
                                ? Future.succeededFuture(known)
                                : house.remoteJwks().refreshed(address))
                .recover(failure -> failure instanceof Failure
                        ? Future.failedFuture(wrong("the client's keys cannot be fetched"))
                        : Future.failedFuture(failure));
    }

    private static ForeignKeys parsed(Client.Keys.ByValue given) {
        try {
            return ForeignKeys.parse(new JsonObject(given.jwks()).toBuffer().getBytes(), Set.copyOf(ALGORITHMS));
        } catch (ForeignKeys.Fault none) {
            throw wrong("the client has no key that can be used");
        }
    }

    private Sent judged(SignedJwt object, Client client, Sent sent, Instant now) {
        String id = client.id().value();
        Map<String, Object> claims = object.claims();
        if (claims.containsKey("request") || claims.containsKey("request_uri"))
            throw wrong("a request object holds no other (RFC 9101 section 4)");
        if (!object.text("iss").filter(id::equals).isPresent()) throw wrong("iss is not the client");
        if (!object.audience().contains(house.url())) throw wrong("aud is not this issuer");
        if (claims.containsKey("client_id")
                && !object.text("client_id").filter(id::equals).isPresent())
            throw wrong("client_id is another than beside the request object");
        if (object.text("sub").filter(id::equals).isPresent())
            throw wrong("a request object that could be a client assertion is not taken (RFC 9101 section 10.8)");
        checkDates(object, now);
        return new Sent(parameters(claims, id), sent.how() == How.PUSHED ? How.PUSHED_AND_SIGNED : How.SIGNED);
    }

    private static void checkDates(SignedJwt object, Instant now) {
        Instant latest = now.plus(TokenVerifier.LEEWAY);
        Instant expires = object.date("exp").orElseThrow(() -> wrong("exp is missing"));
        if (!now.isBefore(expires)) throw wrong("the request object has expired");
        if (expires.isAfter(latest.plus(LONGEST_LIFE))) throw wrong("exp is more than an hour away");
        if (object.claims().containsKey("nbf")
                && object.date("nbf").filter(from -> !from.isAfter(latest)).isEmpty())
            throw wrong("the request object is not valid yet");
        if (object.claims().containsKey("iat")
                && object.date("iat").filter(made -> !made.isAfter(latest)).isEmpty())
            throw wrong("the request object was made in the future");
    }

    /** Texts stay texts; what is JSON in the object is the JSON that the parameter would have held (RFC 9101 §4). */
    private static FormBody parameters(Map<String, Object> claims, String id) {
        var fields = new LinkedHashMap<String, String>();
        claims.forEach((name, value) -> {
            if (!ABOUT_ITSELF.contains(name) && !name.equals("resource")) fields.put(name, text(value));
        });
        fields.put("client_id", id);
        fields.values().removeIf(String::isEmpty);
        return new FormBody(fields, Map.of("resource", resources(claims)), Set.of());
    }

    private static String text(Object value) {
        if (value instanceof Map<?, ?> map) return new JsonObject(names(map)).encode();
        if (value instanceof List<?> list) return new JsonArray(list).encode();
        return String.valueOf(value);
    }

    private static Map<String, Object> names(Map<?, ?> map) {
        return map.entrySet().stream()
                .collect(Collectors.toMap(entry -> String.valueOf(entry.getKey()), Map.Entry::getValue));
    }

    private static List<String> resources(Map<String, Object> claims) {
        Object value = claims.get("resource");
        if (value instanceof String one) return List.of(one);
        return value instanceof List<?> several
                ? several.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static Refusal wrong(String because) {
        return INVALID_REQUEST_OBJECT.because(because);
    }
}
