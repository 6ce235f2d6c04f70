package dev.gatehouse.oauth;

import static dev.gatehouse.clients.OAuthError.INSUFFICIENT_SCOPE;
import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;
import static dev.gatehouse.clients.OAuthError.INVALID_TOKEN;

import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.identity.Profile;
import dev.gatehouse.identity.Profiles;
import dev.gatehouse.identity.StandardClaim;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.OwnTokens;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.TokenMint;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Takes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** GET and POST /oauth/userinfo (OpenID Connect Core §5.3): whose token, what was granted, this is what is known. One look into the database. */
final class UserInfoEndpoint {
    private static final String BEARER = "Bearer ";
    private static final String DPOP = "DPoP ";

    private final OwnTokens tokens;
    private final DpopProofs proofs;
    private final Clients clients;
    private final Profiles profiles;
    private final Subjects subjects;
    private final TokenMint mint;
    private final String issuer;

    UserInfoEndpoint(House house, Subjects subjects) {
        this.tokens = new OwnTokens(house);
        this.proofs = new DpopProofs(house);
        this.clients = house.clients();
        this.profiles = new Profiles(house.database(), house.trail());
        this.subjects = subjects;
        this.mint = house.tokens().mint();
        this.issuer = house.url();
    }

    /** A token as it was sent; {@code bound} under the scheme of those that need a proof. */
    private record Presented(String token, boolean bound) {}

    /** A token that opens user information, and whose it is. */
    private record Asked(Claims token, Client client) {}

    /** What a bearer token opens, in plain words, by whatever way it came. */
    Future<JsonObject> told(String token) {
        if (!(tokens.verify(token) instanceof Verdict.Accepted accepted))
            throw INVALID_TOKEN.because("the token is not valid");
        Claims claims = forOpenId(accepted.claims());
        if (claims.boundTo().isPresent())
            throw INVALID_TOKEN.because("the token is bound to a key and no bearer token");
        return client(claims).compose(client -> profiles.of(new UserId(claims.subject()))
                .map(profile -> claims(new Asked(claims, client), profile.orElseThrow(UserInfoEndpoint::nobody))));
    }

    Future<Reply> userInfo(Call call) {
        Presented presented = presented(call);
        Claims token = forOpenId(tokens.verified(presented.token(), call.clientAddress()));
        return proofs.ofResourceRequest(call, presented.bound(), presented.token(), token)
                .compose(proven -> client(token))
                .compose(client -> profiles.of(new UserId(token.subject()))
                        .map(profile ->
                                reply(new Asked(token, client), profile.orElseThrow(UserInfoEndpoint::nobody))));
    }

    /** In the header or in the form, but not in both (RFC 6750 §2, RFC 9449 §7.1); never in the address, which ends up in logs. */
    private static Presented presented(Call call) {
        String header = call.header("Authorization");
        Optional<String> field = Takes.isForm(call) ? FormBody.of(call).field("access_token") : Optional.empty();
        if (!header.isEmpty() && field.isPresent())
            throw INVALID_REQUEST.because("the access token was sent in two ways at once");
        if (field.isPresent()) return new Presented(field.get(), false);
        return under(BEARER, header)
                .map(token -> new Presented(token, false))
                .or(() -> under(DPOP, header).map(token -> new Presented(token, true)))
                .orElseThrow(() -> Reason.LOGIN_REQUIRED.because("Send the access token as a bearer token."));
    }

    private static Optional<String> under(String scheme, String header) {
        return header.regionMatches(true, 0, scheme, 0, scheme.length())
                ? Optional.of(header.substring(scheme.length()).trim())
                : Optional.empty();
    }

    private static Claims forOpenId(Claims token) {
        if (!token.scopes().has("openid")) throw INSUFFICIENT_SCOPE.because("the token lacks the scope openid");
        if (!token.isPerson()) throw nobody();
        return token;
    }

    private Future<Client> client(Claims token) {
        return clients.find(token.client().orElseThrow(UserInfoEndpoint::nobody))
                .map(found -> found.orElseThrow(UserInfoEndpoint::nobody));
    }

    private Reply reply(Asked asked, Profile profile) {
        Client client = asked.client();
        JsonObject claims = claims(asked, profile);
        return client.signing()
                .userInfo()
                .map(algorithm -> new Reply(
                        200,
                        List.of(Map.entry("Content-Type", "application/jwt")),
                        Buffer.buffer(mint.sign(
                                "JWT",
                                claims.put("iss", issuer).put("aud", client.id().value()),
                                algorithm))))
                .orElseGet(() -> Reply.json(200, claims))
                .with("Cache-Control", "no-store");
    }

    private JsonObject claims(Asked asked, Profile profile) {
        return profile.claims(granted(asked)).put("sub", subjects.of(asked.client(), profile.account()));
    }

    /** What the scopes say, and what was asked for claim by claim where the client may ask for it at all. */
    private static Set<StandardClaim> granted(Asked asked) {
        var granted = new LinkedHashSet<>(StandardClaim.askedBy(asked.token().scopes()));
        for (StandardClaim claim : RequestedClaims.in(asked.token().all()))
            if (asked.client().scopes().has(claim.scope())) granted.add(claim);
        return granted;
    }

    /** Gone, locked, or no person at all: one sentence for each. */
    private static Refusal nobody() {
        return INVALID_TOKEN.because("the token speaks for nobody who is here");
    }
}
