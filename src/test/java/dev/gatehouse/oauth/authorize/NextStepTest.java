package dev.gatehouse.oauth.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.OAuthError;
import dev.gatehouse.identity.Person;
import dev.gatehouse.oauth.authorize.Situation.Present;
import dev.gatehouse.oauth.authorize.Step.Why;
import dev.gatehouse.signin.BrowserSession;
import dev.gatehouse.signin.Interaction;
import dev.gatehouse.signin.Level;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class NextStepTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Scopes ASKED = Scopes.parse("openid data:read");

    @Property(tries = 3000)
    @Label("AZ10 with prompt=none nobody ever sees a page")
    void silence_is_kept(@ForAll("situations") Situation situation) {
        if (!situation.request().prompts().contains(Prompt.NONE)) return;
        assertThat(NextStep.of(situation)).isInstanceOfAny(Step.Issue.class, Step.Refuse.class);
    }

    @Property(tries = 3000)
    @Label("a code is issued only where everything that was asked for has been given")
    void nothing_is_issued_too_early(@ForAll("situations") Situation situation) {
        if (!(NextStep.of(situation) instanceof Step.Issue issue)) return;
        var request = situation.request();
        Present present = situation.present().orElseThrow();
        Optional<Instant> signedIn = situation.interaction().flatMap(Interaction::signedInAt);
        Optional<Instant> agreed = situation.interaction().flatMap(Interaction::consentedAt);
        assertThat(issue.session()).isEqualTo(present.session());
        assertThat(request.subjects()).allMatch(present.subject()::equals);
        if (!request.acrValues().isEmpty())
            assertThat(request.acrValues()).contains(present.session().acr());
        if (request.prompts().contains(Prompt.LOGIN)) assertThat(signedIn).isPresent();
        request.maxAge().ifPresent(most -> assertThat(signedIn.isPresent()
                        || !present.session().authTime().plus(most).isBefore(NOW))
                .isTrue());
        if (request.prompts().contains(Prompt.SELECT_ACCOUNT))
            assertThat(situation.interaction().flatMap(Interaction::chosenAt)).isPresent();
        boolean mustAgreeNow =
                request.prompts().contains(Prompt.CONSENT) || situation.consent() == Client.Consent.ALWAYS;
        boolean agreedBefore = situation.consent() == Client.Consent.FIRST_PARTY
                || situation.agreed().filter(before -> before.covers(ASKED)).isPresent();
        if (mustAgreeNow || !agreedBefore) {
            assertThat(agreed).isPresent();
            signedIn.ifPresent(at -> assertThat(agreed.get()).isAfterOrEqualTo(at));
        }
    }

    @Property(tries = 3000)
    @Label("whoever gives what is asked for comes to an end: no page is shown twice")
    void every_way_ends(@ForAll("situations") Situation start) {
        Situation situation = start;
        Instant clock = NOW;
        for (int pages = 0; pages < 4; pages++) {
            Step step = NextStep.of(situation);
            if (step instanceof Step.Issue || step instanceof Step.Refuse) return;
            clock = clock.plusSeconds(5);
            situation = afterGiving(step, situation, clock);
        }
        assertThat(NextStep.of(situation)).isInstanceOfAny(Step.Issue.class, Step.Refuse.class);
    }

    @Example
    @Label("AZ11 an older sign-in answers neither prompt=login nor max_age, one on the way answers both")
    void prompt_login_wants_a_sign_in_of_its_own() {
        var asked = situation(Set.of(Prompt.LOGIN), Optional.of(Duration.ofSeconds(60)), Optional.of(alice(3600)));
        assertThat(NextStep.of(asked)).isEqualTo(new Step.Login(Set.of(Why.ASKED_FOR, Why.TOO_LONG_AGO)));
        var given = afterGiving(NextStep.of(asked), asked, NOW);
        assertThat(NextStep.of(given)).isInstanceOf(Step.Issue.class);
    }

    @Example
    @Label("AZ12 somebody else than id_token_hint says has to sign in, and is refused when it is still somebody else")
    void a_hint_is_a_demand() {
        var situation = withSubjects(situation(Set.of(), Optional.empty(), Optional.of(alice(0))), Set.of("bob"));
        assertThat(NextStep.of(situation)).isEqualTo(new Step.Login(Set.of(Why.SOMEBODY_ELSE)));
        var silent =
                withSubjects(situation(Set.of(Prompt.NONE), Optional.empty(), Optional.of(alice(0))), Set.of("bob"));
        assertThat(NextStep.of(silent)).matches(step -> error(step) == OAuthError.LOGIN_REQUIRED);
        var after = afterGiving(new Step.Login(Set.of(Why.SOMEBODY_ELSE)), situation, NOW);
        assertThat(NextStep.of(after)).matches(step -> error(step) == OAuthError.LOGIN_REQUIRED);
    }

    @Example
    @Label("leave that one person gave on the way is not leave of the next who signs in")
    void consent_is_personal() {
        var asked = situation(Set.of(Prompt.CONSENT), Optional.empty(), Optional.of(alice(0)));
        var agreed = afterGiving(NextStep.of(asked), asked, NOW);
        assertThat(NextStep.of(agreed)).isInstanceOf(Step.Issue.class);
        var other = afterGiving(new Step.Login(Set.of(Why.ASKED_FOR)), agreed, NOW.plusSeconds(9));
        assertThat(NextStep.of(other)).isInstanceOf(Step.Consent.class);
    }

    private static OAuthError error(Step step) {
        return ((Step.Refuse) step).error();
    }

    /** What our pages would leave behind. */
    private static Situation afterGiving(Step step, Situation before, Instant at) {
        Interaction so = before.interaction()
                .orElse(new Interaction(
                        "handle",
                        new ClientId("app"),
                        new JsonObject(),
                        NOW.minusSeconds(1),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        Optional<Present> present = before.present();
        Optional<Instant> signedIn = so.signedInAt();
        Optional<Instant> agreed = so.consentedAt();
        Optional<Instant> chosen = so.chosenAt();
        if (step instanceof Step.Login) {
            String subject = before.request().subjects().size() == 1 && at.isAfter(NOW)
                    ? before.request().subjects().iterator().next()
                    : "alice";
            present = Optional.of(present(subject, at));
            signedIn = Optional.of(at);
            chosen = Optional.of(at);
        }
        if (step instanceof Step.ChooseAccount) chosen = Optional.of(at);
        if (step instanceof Step.Consent) agreed = Optional.of(at);
        return new Situation(
                before.request(),
                before.consent(),
                present,
                before.agreed(),
                Optional.of(
                        new Interaction(so.handle(), so.client(), so.request(), so.madeAt(), signedIn, agreed, chosen)),
                at);
    }

    private static Situation situation(Set<Prompt> prompts, Optional<Duration> maxAge, Optional<Present> present) {
        return new Situation(
                request(prompts, maxAge, Set.of(), Set.of()),
                Client.Consent.FIRST_PARTY,
                present,
                Optional.empty(),
                Optional.empty(),
                NOW);
    }

    private static Situation withSubjects(Situation before, Set<String> subjects) {
        return new Situation(
                request(before.request().prompts(), before.request().maxAge(), subjects, Set.of()),
                before.consent(),
                before.present(),
                before.agreed(),
                before.interaction(),
                before.now());
    }

    private static AuthorizationRequest request(
            Set<Prompt> prompts, Optional<Duration> maxAge, Set<String> subjects, Set<String> acrValues) {
        return new AuthorizationRequest(
                new ClientId("app"),
                new Destination("https://app.example/cb", true, ResponseMode.QUERY, Optional.empty()),
                Optional.empty(),
                ASKED,
                List.of("http://localhost"),
                Optional.empty(),
                Optional.empty(),
                prompts,
                maxAge,
                subjects,
                acrValues,
                Optional.empty(),
                new AuthorizationRequest.Hints(Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.empty());
    }

    private static Present alice(int secondsAgo) {
        return present("alice", NOW.minusSeconds(secondsAgo));
    }

    private static Present present(String name, Instant authTime) {
        return new Present(
                new BrowserSession(
                        new SessionId("s"),
                        new Person(new UserId(name), name, List.of(), List.of()),
                        authTime,
                        authTime,
                        Level.ONE.acr(),
                        List.of("pwd"),
                        Optional.empty(),
                        Optional.empty()),
                name);
    }

    @Provide
    Arbitrary<Situation> situations() {
        Arbitrary<Set<Prompt>> prompts = Arbitraries.of(
                Set.of(),
                Set.of(Prompt.NONE),
                Set.of(Prompt.LOGIN),
                Set.of(Prompt.CONSENT),
                Set.of(Prompt.SELECT_ACCOUNT),
                Set.of(Prompt.LOGIN, Prompt.CONSENT),
                Set.of(Prompt.LOGIN, Prompt.SELECT_ACCOUNT, Prompt.CONSENT));
        Arbitrary<Optional<Duration>> maxAge =
                Arbitraries.of(0, 60, 7200).map(Duration::ofSeconds).optional();
        Arbitrary<Set<String>> subjects =
                Arbitraries.of(Set.of(), Set.of("alice"), Set.of("bob"), Set.of("alice", "bob"));
        Arbitrary<Set<String>> acrs = Arbitraries.of(Set.of(), Set.of(Level.ONE.acr()), Set.of("urn:gatehouse:acr:9"));
        Arbitrary<AuthorizationRequest> requests =
                Combinators.combine(prompts, maxAge, subjects, acrs).as(NextStepTest::request);
        Arbitrary<Optional<Present>> present = Combinators.combine(
                        Arbitraries.of("alice", "bob"), Arbitraries.of(0, 30, 3600))
                .as((name, ago) -> present(name, NOW.minusSeconds(ago)))
                .optional();
        Arbitrary<Optional<Scopes>> agreed = Arbitraries.of("openid", "openid data:read", "openid data:read data:write")
                .map(Scopes::parse)
                .optional();
        Arbitrary<Optional<Instant>> times =
                Arbitraries.of(-50, -20, -5).map(NOW::plusSeconds).optional();
        Arbitrary<Optional<Interaction>> interactions = Combinators.combine(times, times, times)
                .as((signedIn, consented, chosen) -> new Interaction(
                        "handle",
                        new ClientId("app"),
                        new JsonObject(),
                        NOW.minusSeconds(60),
                        signedIn,
                        consented,
                        chosen))
                .optional();
        return Combinators.combine(requests, Arbitraries.of(Client.Consent.values()), present, agreed, interactions)
                .as((request, consent, there, before, interaction) ->
                        new Situation(request, consent, there, before, interaction, NOW));
    }
}
