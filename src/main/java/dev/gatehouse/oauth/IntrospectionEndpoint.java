package dev.gatehouse.oauth;

import static dev.gatehouse.clients.OAuthError.INVALID_CLIENT;
import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;

import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Client.Origin;
import dev.gatehouse.clients.ClientAuthentication;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.OwnTokens;
import dev.gatehouse.signin.RefreshMint;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.TokenMint;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * POST /oauth/introspect (RFC 7662 §2): who is asking, which token, may they know of it, this is what it says. Access tokens are judged from memory, revocations
 * included; refresh tokens by one look into the database.
 */
final class IntrospectionEndpoint {
    private static final String JWT = "application/token-introspection+jwt";
    private static final JsonObject INACTIVE = new JsonObject().put("active", false);

    private final ClientAuthentication authentication;
    private final OwnTokens tokens;
    private final RefreshMint refreshMint;
    private final RefreshTokenLookup refreshTokens;
    private final Subjects subjects;
    private final TokenMint mint;
    private final String issuer;
    private final InstantSource clock;

    IntrospectionEndpoint(House house, ClientAuthentication authentication, Subjects subjects) {
        this.authentication = authentication;
        this.tokens = new OwnTokens(house);
        this.refreshMint = house.refreshMint();
        this.refreshTokens = new RefreshTokenLookup(house.database());
        this.subjects = subjects;
        this.mint = house.tokens().mint();
        this.issuer = house.url();
        this.clock = house.clock();
    }

    Future<Reply> introspect(Call call) {
        FormBody form = FormBody.of(call);
        return authentication.of(call, form, Optional.empty()).compose(caller -> said(caller, token(form))
                .map(answer -> reply(call, caller, answer)));
    }

    private static String token(FormBody form) {
        return form.field("token").orElseThrow(() -> INVALID_REQUEST.because("token is missing"));
    }

    /** RFC 7662 §2.1: so that nobody tries tokens until one is alive. */
    private static void confidential(Client caller) {
        if (!caller.confidential()) throw INVALID_CLIENT.because("only clients that authenticate may ask");
    }

    /** To a client that has shown who it is, by whatever way it came. */
    Future<JsonObject> said(Client caller, String token) {
        confidential(caller);
        if (token.indexOf('.') >= 0) return Future.succeededFuture(access(caller, token));
        return refreshMint
                .presented(token)
                .map(refresh -> refreshTokens
                        .find(refresh, caller.id())
                        .map(found -> found.map(each -> refresh(caller, each)).orElse(INACTIVE)))
                .orElseGet(() -> Future.succeededFuture(INACTIVE));
    }

    private JsonObject access(Client caller, String token) {
        if (!(tokens.verify(token) instanceof Verdict.Accepted accepted)) return INACTIVE;
        Claims claims = accepted.claims();
        return mayKnow(caller, claims) ? describe(caller, claims) : INACTIVE;
    }

    /** Whose it is, or an API's own program: one that the operator put into the house (decision 0191). */
    private static boolean mayKnow(Client caller, Claims claims) {
        if (claims.client().filter(caller.id()::equals).isPresent()) return true;
        return caller.origin() == Origin.FILE || caller.origin() == Origin.DESK;
    }

    private JsonObject describe(Client caller, Claims claims) {
        var answer = new JsonObject()
                .put("active", true)
                .put("iss", claims.issuer().value())
                .put("sub", subject(caller, claims))
                .put("aud", audience(claims.audience()))
                .put("client_id", claims.client().map(Object::toString).orElse(null))
                .put("token_type", claims.boundTo().isPresent() ? "DPoP" : "Bearer")
                .put("exp", claims.expiresAt().getEpochSecond())
                .put("iat", claims.issuedAt().getEpochSecond());
        if (!claims.scopes().isEmpty()) answer.put("scope", claims.scopes().toString());
        claims.username().ifPresent(name -> answer.put("username", name));
        claims.id().ifPresent(jti -> answer.put("jti", jti));
        claims.session().ifPresent(session -> answer.put("sid", session.value()));
        for (String as : List.of("nbf", "cnf", "act", "auth_time", "acr", "amr"))
            if (claims.all().containsKey(as)) answer.put(as, json(claims.all().get(as)));
        return answer;
    }

    private JsonObject refresh(Client caller, RefreshTokenLookup.Found found) {
        var answer = new JsonObject()
                .put("active", true)
                .put("iss", issuer)
                .put("sub", subjects.of(caller, found.account()))
                .put("client_id", caller.id().value())
                .put("username", found.username())
                .put("scope", found.scopes().toString())
                .put("aud", audience(found.audience()))
                .put("sid", found.session().value())
                .put("exp", found.expiresAt().getEpochSecond());
        found.madeAt().ifPresent(made -> answer.put("iat", made.getEpochSecond()));
        found.boundTo().ifPresent(jkt -> answer.put("cnf", new JsonObject().put("jkt", jkt)));
        return answer;
    }

    private String subject(Client caller, Claims claims) {
        return claims.isPerson() ? subjects.of(caller, new UserId(claims.subject())) : claims.subject();
    }

    private Reply reply(Call call, Client caller, JsonObject answer) {
        if (!wantsJwt(call)) return Reply.json(200, answer).with("Cache-Control", "no-store");
        var claims = new JsonObject()
                .put("iss", issuer)
                .put("aud", caller.id().value())
                .put("iat", clock.instant().getEpochSecond())
                .put("token_introspection", answer);
        String jwt =
                mint.sign("token-introspection+jwt", claims, caller.signing().idToken());
        return new Reply(
                200,
                List.of(Map.entry("Content-Type", JWT), Map.entry("Cache-Control", "no-store")),
                Buffer.buffer(jwt));
    }

    /** RFC 9701 §4. */
    private static boolean wantsJwt(Call call) {
        return call.headers().getAll("Accept").stream()
                .anyMatch(field -> field.toLowerCase(Locale.ROOT).contains(JWT));
    }

    /** One as a text, several as a list (RFC 7662 §2.2, RFC 7519 §4.1.3). */
    private static Object audience(List<String> audience) {
        return audience.size() == 1 ? audience.get(0) : new JsonArray(audience);
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Object json(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) return new JsonObject((Map<String, Object>) map);
        return value instanceof List<?> list ? new JsonArray(list) : value;
    }
}
