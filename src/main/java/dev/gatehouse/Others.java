package dev.gatehouse;

import dev.gatehouse.config.Config;
import dev.gatehouse.outbound.PublicClient;
import dev.gatehouse.store.StartFailure;
import dev.gatehouse.tokens.ForeignIssuers;
import dev.gatehouse.tokens.Tokens;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** The other issuers; a key file that cannot be used stops a start and refuses a reload, one that cannot be fetched does neither. */
final class Others {
    private final ForeignIssuers issuers;

    Others(Vertx vertx, PublicClient outbound, Tokens tokens, InstantSource clock) {
        this.issuers = new ForeignIssuers(vertx, outbound, tokens, clock);
    }

    /** What is to be run when everything else of the file is good as well. */
    Runnable trustedBy(Config config) {
        try {
            return issuers.ready(config.issuers().values());
        } catch (ForeignIssuers.Unusable no) {
            throw new StartFailure(
                    no.issuer().at() + ": " + no.sentence(),
                    "No token of " + no.issuer().issuer() + " could be checked.");
        }
    }

    void close() {
        issuers.close();
    }
}
