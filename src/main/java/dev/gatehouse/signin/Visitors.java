package dev.gatehouse.signin;

import dev.gatehouse.clients.Client;
import dev.gatehouse.identity.Person;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.FormProof;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Takes;
import dev.gatehouse.web.Visit;
import io.vertx.core.Future;
import java.net.URI;
import java.util.Optional;

/** People at our pages: each comes with a browser, perhaps signed in, perhaps sent by a client. */
public final class Visitors {
    private final House house;
    private final BrowserSessions sessions;
    private final Interactions interactions;
    private final FormProof forms;

    public Visitors(House house) {
        this.house = house;
        this.sessions = new BrowserSessions(house.database(), house.config());
        this.interactions = new Interactions(house.database(), house.random());
        this.forms = house.forms();
    }

    /**
     * Who stands before a page. {@code known} is whether the browser brought the cookie itself; otherwise the page gives it one. A {@code client} is there where an
     * {@code interaction} is.
     */
    public record Visitor(
            BrowserCookie cookie,
            boolean known,
            Optional<BrowserSession> session,
            Optional<Interaction> interaction,
            Optional<Client> client,
            FormBody sent,
            Visit visit) {
        /** The handle that goes on with forms and links; empty where no client is behind this. */
        public String flow() {
            return interaction.map(Interaction::handle).orElse("");
        }

        /** Of a visitor who is signed in. */
        Person person() {
            return session.orElseThrow().person();
        }

        /** Who sent the person here, as people know it. */
        public Optional<String> app() {
            return client.map(who -> who.shown().name().orElse(who.id().value()));
        }

        /** A parameter of the request that the client made. */
        public Optional<String> asked(String parameter) {
            return interaction.flatMap(why -> Optional.ofNullable(why.request().getString(parameter)));
        }
    }

    /** Refuses a handle that leads nowhere, or is another browser's. */
    public Future<Visitor> of(Call call) {
        FormBody sent = Takes.isForm(call) ? FormBody.of(call) : FormBody.ofQuery(call);
        Optional<BrowserCookie> brought = BrowserCookie.of(call, house.url());
        Optional<String> handle = sent.field(Interaction.PARAMETER);
        Future<Optional<BrowserSession>> session =
                brought.map(sessions::find).orElseGet(() -> Future.succeededFuture(Optional.empty()));
        Future<Optional<Interaction>> interaction = handle.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : brought.map(cookie -> interactions.find(handle.get(), cookie))
                        .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                        .map(found -> Optional.of(found.orElseThrow(Visitors::over)));
        Future<Optional<Client>> client = interaction.compose(found -> found.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : house.clients().find(found.get().client()));
        BrowserCookie cookie = brought.orElseGet(() -> BrowserCookie.fresh(house.random()));
        return Future.all(session, client)
                .map(done -> new Visitor(
                        cookie,
                        brought.isPresent(),
                        session.result(),
                        interaction.result(),
                        client.result(),
                        sent,
                        visit(call, session.result(), interaction.result())));
    }

    /** A page for a visitor, who gets a cookie with it where there was none. */
    public Reply page(int status, String template, Visitor visitor, Visit visit, Object view) {
        Reply page = house.pages().html(status, template, visit, view);
        return visitor.known() ? page : page.with("Set-Cookie", visitor.cookie().set(house.url()));
    }

    public Reply page(int status, String template, Visitor visitor, Object view) {
        return page(status, template, visitor, visitor.visit(), view);
    }

    /** What a form on a page for this visitor carries in {@link FormProof#FIELD}. */
    public String proof(Visitor visitor, String form) {
        return forms.of(visitor.cookie().value(), purpose(visitor, form));
    }

    /** Refuses a form that was not given to this visitor for this. */
    public void check(Call call, Visitor visitor, String form) {
        if (!visitor.known()) throw Reason.FOREIGN_FORM.because("No cookie of ours came with this form.");
        forms.check(call, visitor.sent(), visitor.cookie().value(), purpose(visitor, form));
    }

    private static String purpose(Visitor visitor, String form) {
        return form + " " + visitor.flow();
    }

    private Visit visit(Call call, Optional<BrowserSession> session, Optional<Interaction> interaction) {
        Visit visit = house.pages().visit(call).speaking(session.flatMap(BrowserSession::language));
        if (interaction.isEmpty()) return visit;
        var request = interaction.get().request();
        Visit wished = visit.preferring(Optional.ofNullable(request.getString("ui_locales")))
                .inPopup("popup".equals(request.getString("display")));
        String redirect = request.getString("redirect_uri");
        return redirect == null ? wished : wished.leadingTo(redirect);
    }

    /** The host that a person knows a destination by. */
    public static Optional<String> host(String address) {
        try {
            return Optional.ofNullable(URI.create(address).getHost());
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    private static RuntimeException over() {
        return Reason.SIGN_IN_OVER.because("It was finished before, it took too long, or it began in another browser.");
    }
}
