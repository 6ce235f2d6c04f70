package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.FormProof;
import dev.gatehouse.web.Pages;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Visit;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/** Signing out in a browser: asked first, since a link on any page could lead here, and then done. For people who come by themselves and for those an app sends. */
public final class LogoutPages {
    /** What the button says that was pressed. */
    static final String ANSWER = "logout";

    private static final String PURPOSE = "logout";
    private static final String PATH = "/logout";

    private final Pages pages;
    private final FormProof forms;
    private final BrowserSessions sessions;
    private final SigningOut signingOut;
    private final String url;

    public LogoutPages(House house) {
        this.pages = house.pages();
        this.forms = house.forms();
        this.sessions = new BrowserSessions(house.database(), house.config());
        this.signingOut = new SigningOut(house);
        this.url = house.url();
    }

    /** Who holds the browser, where somebody does. */
    public record Browser(Optional<BrowserCookie> cookie, Optional<BrowserSession> session) {}

    public Future<Browser> browser(Call call) {
        Optional<BrowserCookie> cookie = BrowserCookie.of(call, url);
        return cookie.map(sessions::find)
                .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                .map(session -> new Browser(cookie, session));
    }

    /** GET /logout. */
    Future<Reply> page(Call call) {
        return browser(call)
                .map(browser -> browser.session().isPresent()
                        ? asked(visit(call, browser), browser, PATH, Optional.empty(), Map.of())
                        : signedOut(pages.visit(call), SignedOutView.OUT));
    }

    /** POST /logout with the page's form. */
    Future<Reply> form(Call call) {
        return browser(call)
                .compose(browser -> agreed(call, browser)
                        ? ended(call, browser).map(done -> signedOut(visit(call, browser), SignedOutView.OUT))
                        : Future.succeededFuture(signedOut(visit(call, browser), SignedOutView.STILL_IN)));
    }

    private Visit visit(Call call, Browser browser) {
        return pages.visit(call).speaking(browser.session().flatMap(BrowserSession::language));
    }

    /** The page that asks. {@code carried} comes back with the answer. */
    public Reply asked(Visit visit, Browser browser, String action, Optional<String> app, Map<String, String> carried) {
        var cookie = browser.cookie().orElseThrow();
        var username = browser.session().orElseThrow().person().username();
        var view = new LogoutView(action, forms.of(cookie.value(), PURPOSE), username, app, carried);
        return pages.html(200, "logout", visit, view);
    }

    /** Whether the form, proven to be ours, says yes. */
    public boolean agreed(Call call, Browser browser) {
        FormBody form = FormBody.of(call);
        var cookie = browser.cookie()
                .orElseThrow(
                        () -> Reason.FOREIGN_FORM.because("This form was not sent from its own page in this browser."));
        forms.check(call, form, cookie.value(), PURPOSE);
        return form.field(ANSWER).filter("yes"::equals).isPresent();
    }

    /** Nothing to do where nobody is signed in. */
    public Future<Void> ended(Call call, Browser browser) {
        Source source = Source.address(call.clientAddress().getHostAddress());
        return browser.session()
                .map(session -> signingOut.end(session.id(), session.person().id(), source))
                .orElseGet(Future::succeededFuture);
    }

    /** The page that says so; the browser forgets its cookie. */
    public Reply signedOut(Visit visit, SignedOutView view) {
        Reply page = pages.html(200, "signed-out", visit.at(PATH), view);
        return view.stillIn() ? page : forgetting(page);
    }

    public Reply forgetting(Reply reply) {
        return reply.with("Set-Cookie", BrowserCookie.unset(url));
    }
}
