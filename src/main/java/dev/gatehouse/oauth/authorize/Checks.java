package dev.gatehouse.oauth.authorize;

import java.util.List;

/**
 * The table: every check of an authorization request, in the order in which they are made. Who asks and where the answer goes is settled before ({@link
 * Destination}); what is refused here goes back there. A new check is a new line.
 */
final class Checks {
    static final List<Check> TABLE = List.of(
            NothingTwice::check, // RFC 6749 §3.1
            WayItCame::check, // RFC 9126 §6, RFC 9101 §10.5
            ResponseKind::check, // RFC 6749 §3.1.1, Form Post Response Mode §2
            Bounds::check, // nothing longer than it has reason to be
            Challenge::check, // RFC 7636 §4.3
            ScopeAsked::check, // RFC 6749 §3.3
            ResourceAsked::check, // RFC 8707 §2
            ProofKey::check, // RFC 9449 §10
            PromptAsked::check, // OpenID Connect Core §3.1.2.1
            AgeAsked::check, // OpenID Connect Core §3.1.2.1
            ClaimsAsked::check, // OpenID Connect Core §5.5
            AcrAsked::check, // OpenID Connect Core §3.1.2.1, RFC 9470 §4
            PersonHinted::check); // OpenID Connect Core §3.1.2.1

    private Checks() {}

    static AuthorizationRequest passed(Draft draft) {
        TABLE.forEach(check -> check.of(draft));
        return draft.checked();
    }
}
