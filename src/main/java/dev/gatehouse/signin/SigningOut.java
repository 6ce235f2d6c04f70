package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.LoggedOut;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.store.Database;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;

/** The end of one session, with every refresh family of it and every access token made from them. Who wants to hear of it is told by {@code oauth}. */
public final class SigningOut {
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

    /** A code that was being redeemed meanwhile held the session, so {@link #END} waited for it without having seen its family. */
    static final String END_WHAT_CAME_MEANWHILE =
            "UPDATE refresh_family SET revoked_at = now() WHERE session_id = $1 AND revoked_at IS NULL";

    private final Database database;
    private final Revocations revocations;
    private final AuditTrail trail;
    private final InstantSource clock;

    public SigningOut(House house) {
        this.database = house.database();
        this.revocations = house.revocations();
        this.trail = house.trail();
        this.clock = house.clock();
    }

    /** When this succeeds it is on disk, and the next request on this node is refused. */
    public Future<Void> end(SessionId session, UserId account, Source source) {
        return database.query(END, Tuple.of(session.value(), Accounts.LONGEST_TOKEN.toSeconds()))
                .compose(ended -> database.query(END_WHAT_CAME_MEANWHILE, Tuple.of(session.value())))
                .onSuccess(ended -> revocations.learn(
                        new Revocation.OfSession(session, clock.instant().plus(Accounts.LONGEST_TOKEN))))
                .compose(ended -> trail.record(new LoggedOut(account, session, source)));
    }
}
