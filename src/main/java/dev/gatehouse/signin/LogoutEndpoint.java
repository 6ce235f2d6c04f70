package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Takes;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** POST /logout: with the page's form from a browser, or with the bearer token, as programs do. The session, every refresh family of it and every access token made from them end, before the answer. */
final class LogoutEndpoint {
    private final LogoutPages pages;
    private final OwnTokens tokens;
    private final SigningOut signingOut;
    private final Revocations revocations;

    LogoutEndpoint(House house, LogoutPages pages) {
        this.pages = pages;
        this.tokens = new OwnTokens(house);
        this.signingOut = new SigningOut(house);
        this.revocations = house.revocations();
    }

    Future<Reply> post(Call call) {
        boolean program = call.headers().contains("Authorization");
        return Takes.isForm(call) && !program ? pages.form(call) : logout(call);
    }

    /** A token for any of our audiences will do: it is the session that ends. */
    private Future<Reply> logout(Call call) {
        Claims claims = tokens.verified(bearer(call), call.clientAddress());
        Source origin = Source.address(call.clientAddress().getHostAddress());
        return claims.session()
                .map(session -> signingOut.end(session, new UserId(claims.subject()), origin))
                .orElseGet(() -> revoked(claims))
                .map(done -> Reply.json(200, new JsonObject().put("message", "Signed out.")));
    }

    /** RFC 6750 §2.1. */
    private static String bearer(Call call) {
        String field = call.header("Authorization");
        if (!field.regionMatches(true, 0, "Bearer ", 0, 7))
            throw Reason.LOGIN_REQUIRED.because("Send the access token as a bearer token.");
        return field.substring(7).trim();
    }

    /** A token that belongs to no session ends alone. */
    private Future<Void> revoked(Claims claims) {
        return claims.id()
                .map(jti -> revocations.revoke(new Revocation.OfToken(jti, claims.expiresAt())))
                .orElseGet(Future::succeededFuture);
    }
}
