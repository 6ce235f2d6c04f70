package dev.gatehouse.signin;

import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.web.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;

/** Pages that change what an account is protected by are for those who showed within ten minutes who they are; others do that first, and come back. */
final class FreshProof {
    private final InstantSource clock;

    FreshProof(InstantSource clock) {
        this.clock = clock;
    }

    /** Where somebody goes who has to show it; empty where they have. {@code address} is the page they come back to. */
    Optional<Reply> missing(Visitor visitor, String address) {
        var earliest = clock.instant().minus(SignInFlow.GOOD_FOR);
        if (visitor.session()
                .filter(session -> session.authTime().isAfter(earliest))
                .isPresent()) return Optional.empty();
        String back = visitor.flow().isEmpty() ? address : address + "?" + Interaction.PARAMETER + "=" + visitor.flow();
        String within = Long.toString(SignInFlow.GOOD_FOR.toSeconds() - 60);
        return Optional.of(Reply.seeOther(visitor.visit()
                .onwardTo("/login?within=" + within + "&return=" + URLEncoder.encode(back, StandardCharsets.UTF_8))));
    }

    /** For pages that anybody may see who is signed in. */
    static Optional<Reply> nobody(Visitor visitor, String address) {
        return visitor.session().isPresent()
                ? Optional.empty()
                : Optional.of(Reply.seeOther(visitor.visit().onwardTo("/login?return=" + address)));
    }
}
