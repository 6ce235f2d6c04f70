package dev.gatehouse.oauth.authorize;

import dev.gatehouse.clients.Client.Origin;
import dev.gatehouse.clients.Client.Shown;
import dev.gatehouse.oauth.authorize.Journeys.Journey;
import dev.gatehouse.signin.House;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Visit;
import dev.gatehouse.web.Words;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The question itself, in sentences: those of the settings for the scopes of the house, and our own for the scopes of OpenID Connect. */
final class ConsentPage {
    /** More sentences than that nobody reads. */
    private static final int MOST_NOT_ASKED_FOR = 12;

    /** Nobody of the house has looked at these. */
    private static final Set<Origin> REGISTERED_ITSELF = Set.of(Origin.REGISTERED, Origin.OPEN, Origin.DOCUMENT);

    private final House house;

    ConsentPage(House house) {
        this.house = house;
    }

    Reply of(Journey journey, Step.Consent consent, String proof) {
        Visit visit = house.pages()
                .visit(journey.call())
                .speaking(consent.by().language())
                .preferring(journey.request().hints().locales())
                .leadingTo(journey.request().destination().redirect())
                .inPopup(journey.request().hints().display().equals(Optional.of("popup")));
        Words words = visit.words();
        String handle = journey.interaction().orElseThrow().handle();
        Shown shown = journey.client().shown();
        return house.pages()
                .html(
                        200,
                        "consent",
                        visit,
                        new ConsentView(
                                journey.client().displayName(),
                                AppPictures.address(journey.client(), handle),
                                web(shown.home()),
                                web(shown.policy()),
                                web(shown.terms()),
                                REGISTERED_ITSELF.contains(journey.client().origin()),
                                host(journey.request().destination().redirect()),
                                will(consent.scopes(), words),
                                willNot(consent.scopes(), words),
                                consent.by().person().username(),
                                Journeys.address(Journeys.LOGIN, handle) + Journeys.OTHER_ACCOUNT,
                                handle,
                                proof));
    }

    private List<String> will(Scopes scopes, Words words) {
        Map<String, String> sentences = house.config().get().scopes();
        var will = new ArrayList<String>();
        for (String scope : scopes.values()) {
            String own = "consent.scope." + scope;
            will.add(ScopeAsked.STANDARD.contains(scope) ? words.say(own) : sentences.getOrDefault(scope, scope));
        }
        if (will.isEmpty()) will.add(words.say("consent.scope.openid"));
        return will;
    }

    private List<String> willNot(Scopes scopes, Words words) {
        var willNot = new ArrayList<String>();
        house.config().get().scopes().entrySet().stream()
                .filter(scope -> !scopes.has(scope.getKey()))
                .limit(MOST_NOT_ASKED_FOR)
                .forEach(scope -> willNot.add(scope.getValue()));
        willNot.add(words.say("consent.wont.password"));
        willNot.add(words.say("consent.wont.others"));
        return willNot;
    }

    /** An app can name any address as its home; links lead to pages of the web and nowhere else. */
    private static Optional<String> web(Optional<URI> address) {
        return address.filter(uri -> "https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                .map(URI::toString);
    }

    /** The host, or the scheme that an app on the person's machine has claimed. */
    static String host(String redirect) {
        URI uri = URI.create(redirect);
        String host = uri.getHost();
        if (host == null) return uri.getScheme() + ":";
        return uri.getPort() < 0 ? host : host + ":" + uri.getPort();
    }
}
