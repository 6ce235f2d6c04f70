package dev.gatehouse.oauth;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;

import dev.gatehouse.audit.AuditEvent.Revoked;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.ClientAuthentication;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.OwnTokens;
import dev.gatehouse.signin.RefreshMint;
import dev.gatehouse.store.Database;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.util.Optional;

/**
 * POST /oauth/revoke (RFC 7009 §2): who is calling, which token, it is over. The answer is the same whether there was such a token or not; it comes when the end is
 * on disk, and no earlier.
 */
final class RevocationEndpoint {
    /** The family with everything made from it, in one statement, whichever token of it was shown; nothing where the token is another client's or already over. */
    static final String END_GRANT =
            """
            WITH family AS (
                UPDATE refresh_family SET revoked_at = now()
                 WHERE id = $1 AND client_id = $2 AND revoked_at IS NULL
                RETURNING id
            )
            INSERT INTO revocation (kind, value, expires_at)
            SELECT 'grant', id, now() + $3::bigint * interval '1 second' FROM family
            RETURNING value
            """;

    private final ClientAuthentication authentication;
    private final OwnTokens tokens;
    private final RefreshMint refreshMint;
    private final Database database;
    private final Revocations revocations;
    private final AuditTrail trail;
    private final InstantSource clock;

    RevocationEndpoint(House house, ClientAuthentication authentication) {
        this.authentication = authentication;
        this.tokens = new OwnTokens(house);
        this.refreshMint = house.refreshMint();
        this.database = house.database();
        this.revocations = house.revocations();
        this.trail = house.trail();
        this.clock = house.clock();
    }

    Future<Reply> revoke(Call call) {
        FormBody form = FormBody.of(call);
        return authentication
                .of(call, form, Optional.empty())
                .compose(client -> ended(client, token(form), source(call)))
                .map(done -> Reply.empty(200));
    }

    private static String token(FormBody form) {
        return form.field("token").orElseThrow(() -> INVALID_REQUEST.because("token is missing"));
    }

    private static Source source(Call call) {
        return Source.address(call.clientAddress().getHostAddress());
    }

    /** For a client that has shown who it is, by whatever way it came. */
    Future<Void> ended(Client client, String token, Source source) {
        if (token.indexOf('.') >= 0) return access(client, token, source);
        return refreshMint
                .presented(token)
                .map(refresh -> grant(client, refresh.family(), source))
                .orElseGet(Future::succeededFuture);
    }

    private Future<Void> access(Client client, String token, Source source) {
        if (!(tokens.verify(token) instanceof Verdict.Accepted accepted)) return Future.succeededFuture();
        var claims = accepted.claims();
        if (claims.client().filter(client.id()::equals).isEmpty() || claims.id().isEmpty())
            return Future.succeededFuture();
        String jti = claims.id().get();
        return revocations
                .revoke(new Revocation.OfToken(jti, claims.expiresAt()))
                .compose(written -> recorded("token", jti, client, source));
    }

    private Future<Void> grant(Client client, GrantId family, Source source) {
        return database.query(
                        END_GRANT, Tuple.of(family.value(), client.id().value(), Accounts.LONGEST_TOKEN.toSeconds()))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture()
                        : grantEnded(rows.iterator().next().getString("value"), client, source));
    }

    private Future<Void> grantEnded(String grant, Client client, Source source) {
        revocations.learn(
                new Revocation.OfGrant(new GrantId(grant), clock.instant().plus(Accounts.LONGEST_TOKEN)));
        return recorded("grant", grant, client, source);
    }

    private Future<Void> recorded(String what, String value, Client client, Source source) {
        return trail.record(new Revoked(what, value, Optional.of(client.id().value()), source));
    }
}
