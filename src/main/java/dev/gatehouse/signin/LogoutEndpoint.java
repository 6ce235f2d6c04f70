package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.LoggedOut;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.limits.ForgeryGuard;
import dev.gatehouse.store.Database;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.tokens.TokenProfile;
import dev.gatehouse.tokens.Tokens;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Supplier;

/** POST /logout with the bearer token: the session, every refresh family of it and every access token made from them end, before the answer. */
final class LogoutEndpoint {
    /** Families first, in the order in which a refresh takes the same rows. */
    static final String END =
            """
            WITH families AS (
                UPDATE refresh_family SET revoked_at = now() WHERE session_id = $1 AND revoked_at IS NULL RETURNING id
            ), ended AS (
                UPDATE session SET ended_at = now()
                 WHERE id = $1 AND ended_at IS NULL AND (SELECT count(*) FROM families) >= 0
            )
            INSERT INTO revocation (kind, value, expires_at)
            VALUES ('session', $1, now() + $2::bigint * interval '1 second')
            """;

    private final Database database;
    private final Supplier<Config> config;
    private final String url;
    private final Tokens tokens;
    private final Revocations revocations;
    private final ForgeryGuard forgeries;
    private final AuditTrail trail;
    private final InstantSource clock;

    LogoutEndpoint(House house) {
        this.database = house.database();
        this.config = house.config();
        this.url = house.url();
        this.tokens = house.tokens();
        this.revocations = house.revocations();
        this.forgeries = house.forgeries();
        this.trail = house.trail();
        this.clock = house.clock();
    }

    Future<Reply> logout(Call call) {
        Claims claims = verified(bearer(call), call.clientAddress());
        Source origin = Source.address(call.clientAddress().getHostAddress());
        return claims.session()
                .map(session -> ended(session, claims, origin))
                .orElseGet(() -> revoked(claims))
                .map(done -> Reply.json(200, new JsonObject().put("message", "Signed out.")));
    }

    /** RFC 6750 §2.1. */
    private static String bearer(Call call) {
        String field = call.header("Authorization");
        if (field.isEmpty()) throw Reason.LOGIN_REQUIRED.because("Send the access token as a bearer token.");
        if (!field.regionMatches(true, 0, "Bearer ", 0, 7))
            throw Reason.LOGIN_REQUIRED.because("Send the access token as a bearer token.");
        return field.substring(7).trim();
    }

    /** A token for any of our audiences will do: it is the session that ends. */
    private Claims verified(String token, InetAddress source) {
        forgeries.blocked(source).ifPresent(wait -> {
            throw Reason.TOO_MANY_ATTEMPTS
                    .because("Too many tokens from this address were not valid.")
                    .retryAfter(wait);
        });
        Verdict last = new Verdict.Rejected(Reason.INVALID_TOKEN, "the token is not valid");
        for (String audience : Audiences.all(config.get(), url)) {
            last = tokens.auth(new TokenProfile(Set.of(tokens.self()), audience))
                    .verify(token);
            if (last instanceof Verdict.Accepted accepted) return accepted.claims();
        }
        forgeries.failed(source);
        throw last instanceof Verdict.Rejected no
                ? no.reason().because(no.detail())
                : Reason.INVALID_TOKEN.because("the token is not valid");
    }

    private Future<Void> ended(SessionId session, Claims claims, Source origin) {
        return database.query(END, Tuple.of(session.value(), Accounts.LONGEST_TOKEN.toSeconds()))
                .onSuccess(ended -> revocations.learn(
                        new Revocation.OfSession(session, clock.instant().plus(Accounts.LONGEST_TOKEN))))
                .compose(ended -> trail.record(new LoggedOut(new UserId(claims.subject()), session, origin)));
    }

    /** A token that belongs to no session ends alone. */
    private Future<Void> revoked(Claims claims) {
        return claims.id()
                .map(jti -> revocations.revoke(new Revocation.OfToken(jti, claims.expiresAt())))
                .orElseGet(Future::succeededFuture);
    }
}
