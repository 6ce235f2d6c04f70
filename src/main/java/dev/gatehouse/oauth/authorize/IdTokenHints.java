package dev.gatehouse.oauth.authorize;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.signin.House;
import dev.gatehouse.tokens.SignedJwt;
import java.util.EnumSet;
import java.util.Optional;

/** ID tokens of ours that come back: signed by a key that we still know, and of the type that only ID tokens have. Whether they have expired is of no interest. */
final class IdTokenHints {
    private final House house;

    IdTokenHints(House house) {
        this.house = house;
    }

    /** Whom it is about, as the client it was issued to knows them; empty for anything else. */
    Optional<String> subject(String hint) {
        try {
            SignedJwt token = SignedJwt.read(hint);
            boolean ours = token.typ().equalsIgnoreCase("JWT")
                    && token.text("iss").filter(house.url()::equals).isPresent()
                    && token.provenBy(
                            house.ring().get(),
                            EnumSet.allOf(JwsAlgorithm.class),
                            house.tokens().signatures());
            return ours ? token.text("sub") : Optional.empty();
        } catch (SignedJwt.Malformed notOne) {
            return Optional.empty();
        }
    }
}
