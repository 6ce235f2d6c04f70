package dev.gatehouse.signin;

import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.buffer.Buffer;

/** A refresh token that {@link RefreshMint} made, and the grant that it continues. Whether it is the one that is alive, the family's row says. */
public record RefreshToken(GrantId family, Secret value) {

    /** What is stored: enough entropy stands behind it that no salt and no slow hash are needed. */
    public Buffer hash() {
        return OneTime.hash(value.reveal());
    }
}
