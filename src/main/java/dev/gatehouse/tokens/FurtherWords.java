package dev.gatehouse.tokens;

import dev.gatehouse.vocabulary.Issuer;
import io.vertx.core.Future;

/** Who finds out more about a token than is known here. Answers come on the event loop of whoever asks. */
interface FurtherWords {
    /** There are none. */
    FurtherWords NONE = new FurtherWords() {
        @Override
        public Future<Void> keysOf(Issuer issuer) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Verdict> about(String token, Issuer issuer) {
            return Future.succeededFuture(Verdict.UNKNOWN_ISSUER);
        }
    };

    /** Completes when it is worth looking again for a key of that issuer that was not there; at once where nothing new can be had now. Never fails. */
    Future<Void> keysOf(Issuer issuer);

    /** What the issuer itself says of a token. Never fails. */
    Future<Verdict> about(String token, Issuer issuer);
}
