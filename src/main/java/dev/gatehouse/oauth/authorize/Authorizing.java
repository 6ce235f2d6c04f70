package dev.gatehouse.oauth.authorize;

import dev.gatehouse.clients.ClientAuthentication;
import dev.gatehouse.signin.BrowserSessions;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Interaction;
import dev.gatehouse.signin.Interactions;
import dev.gatehouse.signin.Onward;
import dev.gatehouse.web.Address;
import dev.gatehouse.web.ErrorForm;
import dev.gatehouse.web.Takes;
import java.util.List;

/** The front of these rooms: the addresses by which a client's request comes and its answer leaves. */
public final class Authorizing {
    private final List<Address> addresses;
    private final Onward onward;

    public Authorizing(House house, ClientAuthentication authentication) {
        var answers = new Answers(house.url(), new FormPostPage(house));
        var pushes = new PushedRequests(house);
        var reader = new RequestReader(house, new RequestObjects(house), pushes);
        var presence =
                new Presence(house.database(), new BrowserSessions(house.database(), house.config()), house.config());
        var interactions = new Interactions(house.database(), house.random());
        var journeys = new Journeys(house, presence, interactions, pushes, answers);
        this.onward = journeys::signedIn;
        var authorize = new AuthorizeEndpoint(house, reader, pushes, journeys, answers);
        var resume = new ContinueEndpoint(journeys);
        var push = new PushEndpoint(house, authentication, reader, pushes);
        var consent = new ConsentEndpoint(house, journeys, interactions);
        var pictures = new AppPictures(house, journeys);
        this.addresses = List.of(
                Address.get(AuthorizeEndpoint.PATH, authorize::get).sayingNo(ErrorForm.PAGE),
                Address.post(AuthorizeEndpoint.PATH, Takes.FORM, authorize::post)
                        .sayingNo(ErrorForm.PAGE),
                Address.get(Interaction.RESUME, resume::resume).sayingNo(ErrorForm.PAGE),
                Address.get(ConsentEndpoint.PATH, consent::ask).sayingNo(ErrorForm.PAGE),
                Address.post(ConsentEndpoint.PATH, Takes.FORM, consent::decide).sayingNo(ErrorForm.PAGE),
                Address.get(AppPictures.PATH, pictures::picture),
                Address.post("/oauth/par", Takes.FORM, push::push).sayingNo(ErrorForm.OAUTH));
    }

    public List<Address> addresses() {
        return addresses;
    }

    /** For whoever signs people in on the way. */
    public Onward onward() {
        return onward;
    }
}
