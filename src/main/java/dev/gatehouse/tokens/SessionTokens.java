package dev.gatehouse.tokens;

import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The access tokens of browser sessions, which never leave the server: a browser holds a cookie, and whoever has to know who is behind it asks here. What comes back
 * is a token like any other of ours, to be verified like any other, so that a revocation ends it on the next request.
 */
public interface SessionTokens {
    /** What {@link #held} says of a cookie that is known to be nobody's. */
    String NOBODYS = "";

    /** A house where nobody signs in. */
    SessionTokens NONE = new SessionTokens() {
        @Override
        public String held(String cookie, String audience) {
            return NOBODYS;
        }

        @Override
        public Future<Optional<String>> find(String cookie, String audience) {
            return Future.succeededFuture(Optional.empty());
        }

        @Override
        public void forget(String cookie) {}
    };

    /** A token for that audience that is at hand and good for a while, or {@link #NOBODYS}; null where somebody has to be asked. Never waits. */
    @Nullable
    String held(String cookie, String audience);

    /** A token for that audience; empty where the cookie is nobody's, or nobody's any more. Answers on the event loop that asks. */
    Future<Optional<String>> find(String cookie, String audience);

    /** What is at hand for that cookie does not hold any more. */
    void forget(String cookie);
}
