package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INTERACTION_REQUIRED;

import dev.gatehouse.clients.Client;
import dev.gatehouse.identity.Due;
import dev.gatehouse.identity.Dues;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.oauth.Subjects;
import dev.gatehouse.signin.BrowserCookie;
import dev.gatehouse.signin.BrowserSession;
import dev.gatehouse.signin.DuePages;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Interaction;
import dev.gatehouse.signin.Interactions;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/** Browsers on their way with a request that holds: who is there, what is missing, and on to the page that asks for it, or back to the client. */
final class Journeys {
    static final String LOGIN = "/login";

    /** Tells the page that the person is to say who they are, though somebody is signed in. */
    static final String CHOOSE_ACCOUNT = "&choose=account";

    /** Tells the page that somebody else is to sign in. */
    static final String OTHER_ACCOUNT = "&other=1";

    /** Interactions that a network may begin: each is a row for an hour. */
    private static final TokenBucket BEGINNINGS = new TokenBucket(600, Duration.ofMinutes(10));

    private static final int MOST_NETWORKS = 10_000;

    private final House house;
    private final Presence presence;
    private final Interactions interactions;
    private final PushedRequests pushes;
    private final Codes codes;
    private final Answers answers;
    private final Subjects subjects;
    private final Dues dues;
    private final LimitTable<SourceNetwork> beginnings;

    Journeys(House house, Presence presence, Interactions interactions, PushedRequests pushes, Answers answers) {
        this.house = house;
        this.presence = presence;
        this.interactions = interactions;
        this.pushes = pushes;
        this.codes = new Codes(house);
        this.answers = answers;
        this.subjects = new Subjects(house);
        this.dues = house.dues();
        this.beginnings = new LimitTable<>(BEGINNINGS, MOST_NETWORKS, house.clock());
    }

    /** A browser on its way: the call, its cookie, and why it is here. */
    record Journey(
            Call call,
            Optional<BrowserCookie> browser,
            Client client,
            AuthorizationRequest request,
            Optional<Interaction> interaction) {}

    /** Straight from the client. */
    Future<Reply> begin(AuthorizationRequest request, Client client, Call call) {
        return onward(new Journey(call, BrowserCookie.of(call, house.url()), client, request, Optional.empty()));
    }

    /** With the cookie that a sign-in has just given the browser ({@link dev.gatehouse.signin.Onward}). */
    Future<Reply> signedIn(String handle, BrowserCookie browser, Call call) {
        return resumed(Optional.of(handle), Optional.of(browser), call)
                .compose(journey -> journey.request().destination().mode() == ResponseMode.FORM_POST
                        ? toPage(Interaction.RESUME, "", journey)
                        : onward(journey));
    }

    /** From wherever it stands: what is still missing, and where that is given. */
    Future<Reply> onward(Journey journey) {
        return step(journey).compose(step -> taken(step, journey));
    }

    Future<Step> step(Journey journey) {
        return presence.find(journey.browser(), journey.client().id())
                .map(seen -> owing(NextStep.of(situation(journey, seen)), journey));
    }

    /** Nobody agrees to anything, or is given anything, before they have done what is due. */
    private Step owing(Step step, Journey journey) {
        Optional<BrowserSession> session = step instanceof Step.Issue issue
                ? Optional.of(issue.session())
                : step instanceof Step.Consent consent ? Optional.of(consent.by()) : Optional.empty();
        return session.flatMap(there -> dues.first(there.person()))
                .map(due -> owing(due, journey))
                .orElse(step);
    }

    private static Step owing(Due due, Journey journey) {
        if (!journey.request().prompts().contains(Prompt.NONE)) return new Step.Owes(due);
        return new Step.Refuse(
                INTERACTION_REQUIRED,
                switch (due) {
                    case TERMS -> "the person has to accept the terms";
                    case MAIL -> "the person has to verify a mail address";
                });
    }

    /** The interaction that the browser says it is in; fails, for the person to read, where there is none. */
    Future<Journey> resumed(Optional<String> handle, Call call) {
        return resumed(handle, BrowserCookie.of(call, house.url()), call);
    }

    private Future<Journey> resumed(Optional<String> handle, Optional<BrowserCookie> browser, Call call) {
        if (handle.isEmpty() || browser.isEmpty()) return Future.failedFuture(over());
        return interactions
                .find(handle.get(), browser.get())
                .compose(found -> resumed(
                        found.filter(some -> some.page().isEmpty()).orElseThrow(Journeys::over), browser.get(), call));
    }

    private Future<Journey> resumed(Interaction interaction, BrowserCookie browser, Call call) {
        return house.clients()
                .find(interaction.client())
                .map(client -> new Journey(
                        call,
                        Optional.of(browser),
                        client.orElseThrow(Journeys::over),
                        AuthorizationRequest.of(interaction.request()),
                        Optional.of(interaction)));
    }

    /** It ends here, and what was pushed for it is used up. */
    Future<Reply> refused(Journey journey, Step.Refuse refusal) {
        return ended(journey).map(ours -> told(journey, refusal));
    }

    private Reply told(Journey journey, Step.Refuse refusal) {
        return answers.refusal(journey.request().destination(), refusal.error(), refusal.because(), journey.call());
    }

    private Situation situation(Journey journey, Optional<Presence.Seen> seen) {
        return new Situation(
                journey.request(),
                journey.client().consent(),
                seen.map(Presence.Seen::session)
                        .map(session -> new Situation.Present(
                                session,
                                subjects.of(journey.client(), session.person().id()))),
                seen.flatMap(Presence.Seen::agreed),
                journey.interaction(),
                house.clock().instant());
    }

    private Future<Reply> taken(Step step, Journey journey) {
        if (step instanceof Step.Issue issue) return issued(journey, issue.session());
        if (step instanceof Step.Refuse refuse)
            return journey.interaction().isPresent()
                    ? refused(journey, refuse)
                    : Future.succeededFuture(told(journey, refuse));
        if (step instanceof Step.Owes owes) return toPage(DuePages.of(owes.due()), "", journey);
        if (step instanceof Step.Consent) return toPage(ConsentEndpoint.PATH, "", journey);
        return toPage(LOGIN, step instanceof Step.ChooseAccount ? CHOOSE_ACCOUNT : "", journey);
    }

    private Future<Reply> issued(Journey journey, BrowserSession session) {
        return ended(journey)
                .compose(ours ->
                        ours ? codes.issue(journey.request(), session) : Future.failedFuture(PushedRequests.over()))
                .map(code -> answers.code(journey.request(), code, journey.call()));
    }

    /** True for the one caller that makes something of the interaction and of the pushed request, where there are such. */
    private Future<Boolean> ended(Journey journey) {
        Future<Boolean> ours = journey.interaction().isEmpty()
                        || journey.browser().isEmpty()
                ? Future.succeededFuture(true)
                : interactions.finish(
                        journey.interaction().get().handle(), journey.browser().get());
        var pushed = journey.request().pushed();
        return pushed.isEmpty()
                ? ours
                : ours.compose(first -> first ? pushes.use(pushed.get()) : Future.succeededFuture(false));
    }

    private Future<Reply> toPage(String page, String more, Journey journey) {
        if (journey.interaction().isPresent())
            return Future.succeededFuture(Reply.seeOther(house.pages()
                    .visit(journey.call())
                    .onwardTo(address(page, journey.interaction().get().handle()) + more)));
        beginnings.take(SourceNetwork.of(journey.call().clientAddress())).ifPresent(wait -> {
            throw Reason.RATE_LIMITED
                    .because("Too many requests from your network.")
                    .retryAfter(wait);
        });
        BrowserCookie browser = journey.browser().orElseGet(() -> BrowserCookie.fresh(house.random()));
        return interactions
                .begin(browser, journey.client().id(), asked(journey.request()))
                .map(handle -> Reply.seeOther(address(page, handle) + more))
                .map(reply ->
                        journey.browser().isPresent() ? reply : reply.with("Set-Cookie", browser.set(house.url())));
    }

    private JsonObject asked(AuthorizationRequest request) {
        return request.wish(house.clock().instant()).in(request.toJson());
    }

    static String address(String page, String handle) {
        return page + "?" + Interaction.PARAMETER + "=" + handle;
    }

    private static RuntimeException over() {
        return Reason.SIGN_IN_OVER.because("It was finished before, it took too long, or it began in another browser.");
    }
}
