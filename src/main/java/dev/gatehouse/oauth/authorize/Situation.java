package dev.gatehouse.oauth.authorize;

import dev.gatehouse.clients.Client;
import dev.gatehouse.signin.BrowserSession;
import dev.gatehouse.signin.Interaction;
import dev.gatehouse.vocabulary.Scopes;
import java.time.Instant;
import java.util.Optional;

/**
 * All that decides what comes next. {@code agreed} is what the person has allowed this client before; {@code interaction} is there once the browser was on our pages
 * because of this request.
 */
record Situation(
        AuthorizationRequest request,
        Client.Consent consent,
        Optional<Present> present,
        Optional<Scopes> agreed,
        Optional<Interaction> interaction,
        Instant now) {
    /** Who is signed in, and the {@code sub} by which this client knows them. */
    record Present(BrowserSession session, String subject) {}
}
