package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.ACCESS_DENIED;

import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client;
import dev.gatehouse.oauth.authorize.Consents.Decision;
import dev.gatehouse.oauth.authorize.Journeys.Journey;
import dev.gatehouse.signin.BrowserCookie;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Interaction;
import dev.gatehouse.signin.Interactions;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.FormProof;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * /consent: the page that asks a person whether a client may, and the form that comes back. The form carries the handle of its interaction and the proof that this
 * browser was given this very page; what is decided about is on the server, so neither can be turned into leave for something else.
 */
final class ConsentEndpoint {
    static final String PATH = "/consent";

    private final House house;
    private final Journeys journeys;
    private final Interactions interactions;
    private final Consents consents;
    private final ConsentPage page;
    private final FormProof forms;

    ConsentEndpoint(House house, Journeys journeys, Interactions interactions) {
        this.house = house;
        this.journeys = journeys;
        this.interactions = interactions;
        this.consents = new Consents(house.database(), house.trail());
        this.page = new ConsentPage(house);
        this.forms = house.forms();
    }

    /** GET: where nothing is to be asked any more, on. */
    Future<Reply> ask(Call call) {
        return journeys.resumed(FormBody.ofQuery(call).field(Interaction.PARAMETER), call)
                .compose(journey -> journeys.step(journey)
                        .compose(step -> step instanceof Step.Consent consent
                                ? Future.succeededFuture(page.of(journey, consent, proof(journey)))
                                : journeys.onward(journey)));
    }

    /** POST */
    Future<Reply> decide(Call call) {
        FormBody form = FormBody.of(call);
        Optional<String> handle = form.field(Interaction.PARAMETER);
        BrowserCookie browser = BrowserCookie.of(call, house.url())
                .orElseThrow(() -> Reason.FOREIGN_FORM.because("This form was not given to this browser."));
        forms.check(call, form, browser.value(), purpose(handle.orElse("")));
        boolean allowed = form.field("decision").filter("allow"::equals).isPresent();
        return journeys.resumed(handle, call).compose(journey -> journeys.step(journey)
                .compose(step -> step instanceof Step.Consent consent
                        ? decided(journey, consent, allowed)
                        : journeys.onward(journey)));
    }

    private Future<Reply> decided(Journey journey, Step.Consent consent, boolean allowed) {
        var decision = new Decision(
                consent.by().person().id(),
                journey.client().id(),
                consent.scopes(),
                Source.address(journey.call().clientAddress().getHostAddress()));
        if (!allowed)
            return consents.deny(decision)
                    .compose(recorded ->
                            journeys.refused(journey, new Step.Refuse(ACCESS_DENIED, "the person did not allow it")));
        String handle = journey.interaction().orElseThrow().handle();
        return consents.allow(decision, journey.client().consent() != Client.Consent.ALWAYS)
                .compose(recorded ->
                        interactions.consented(handle, journey.browser().orElseThrow()))
                .map(Reply.seeOther(Journeys.address(Interaction.RESUME, handle)));
    }

    private String proof(Journey journey) {
        return forms.of(
                journey.browser().orElseThrow().value(),
                purpose(journey.interaction().orElseThrow().handle()));
    }

    private static String purpose(String handle) {
        return PATH + " " + handle;
    }
}
