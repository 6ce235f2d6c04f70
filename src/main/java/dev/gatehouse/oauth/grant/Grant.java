package dev.gatehouse.oauth.grant;

import dev.gatehouse.signin.Issued;
import io.vertx.core.Future;

/** One way to tokens (RFC 6749 §1.3): judges what a client shows for them. Refuses by failing with, or throwing, a {@link dev.gatehouse.vocabulary.Refusal}. */
@FunctionalInterface
public interface Grant {
    Future<Issued> exchange(Asked asked);
}
