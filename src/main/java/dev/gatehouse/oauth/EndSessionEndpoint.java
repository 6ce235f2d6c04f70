package dev.gatehouse.oauth;

import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.signin.BrowserSession;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.LogoutPages;
import dev.gatehouse.signin.LogoutPages.Browser;
import dev.gatehouse.signin.SignedOutView;
import dev.gatehouse.tokens.SignedJwt;
import dev.gatehouse.tokens.Tokens;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.FormProof;
import dev.gatehouse.web.Pages;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Visit;
import io.vertx.core.Future;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * GET and POST /oauth/logout (OpenID Connect RP-Initiated Logout 1.0): an app signs somebody out. At once where it shows an ID token of the very session; otherwise
 * the person is asked. Nobody is led to an address that the app has not registered.
 */
final class EndSessionEndpoint {
    static final String PATH = "/oauth/logout";

    private final LogoutPages logout;
    private final Pages pages;
    private final Tokens tokens;
    private final Clients clients;
    private final Subjects subjects;

    EndSessionEndpoint(House house, Subjects subjects) {
        this.logout = new LogoutPages(house);
        this.pages = house.pages();
        this.tokens = house.tokens();
        this.clients = house.clients();
        this.subjects = subjects;
    }

    /** A request with everything that it is judged by. */
    private record Asked(Call call, LogoutRequest request, Browser browser) {}

    Future<Reply> get(Call call) {
        return asked(call, FormBody.ofQuery(call)).compose(this::answer);
    }

    /** From another site a browser sends no cookie along with a POST, so it is asked to come again by GET; from our own page it is the answer. */
    Future<Reply> post(Call call) {
        FormBody form = FormBody.of(call);
        if (form.field(FormProof.FIELD).isEmpty()) return Future.succeededFuture(Reply.seeOther(byGet(form)));
        return asked(call, form).compose(this::decided);
    }

    private Future<Asked> asked(Call call, FormBody form) {
        return request(form).compose(request -> logout.browser(call).map(browser -> new Asked(call, request, browser)));
    }

    private Future<LogoutRequest> request(FormBody form) {
        Optional<String> sent = form.field(LogoutRequest.HINT);
        Optional<SignedJwt> hint = sent.flatMap(text -> tokens.own(text, "JWT"));
        Optional<String> named = form.field("client_id");
        Optional<String> meant = hint.flatMap(token -> token.audience().stream().findFirst());
        boolean distrusted = sent.isPresent() && hint.isEmpty()
                || named.isPresent()
                        && hint.isPresent()
                        && !hint.get().audience().contains(named.get());
        return named.or(() -> meant)
                .filter(id -> !id.isBlank())
                .map(id -> clients.find(new ClientId(id)))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                .map(client -> new LogoutRequest(form, hint, client, distrusted));
    }

    private Future<Reply> answer(Asked asked) {
        var session = asked.browser().session();
        if (session.isEmpty()) return Future.succeededFuture(out(asked));
        if (asked.request().isAbout(session.get(), subjects)) return ended(asked);
        Optional<String> app = asked.request().client().map(Client::displayName);
        return Future.succeededFuture(logout.asked(
                visit(asked), asked.browser(), PATH, app, asked.request().carried()));
    }

    private Future<Reply> decided(Asked asked) {
        return logout.agreed(asked.call(), asked.browser())
                ? ended(asked)
                : Future.succeededFuture(logout.signedOut(visit(asked), SignedOutView.STILL_IN));
    }

    private Future<Reply> ended(Asked asked) {
        return logout.ended(asked.call(), asked.browser()).map(done -> out(asked));
    }

    private Reply out(Asked asked) {
        return asked.request()
                .redirect()
                .map(address -> logout.forgetting(Reply.seeOther(address)))
                .orElseGet(() -> logout.signedOut(visit(asked), view(asked.request())));
    }

    private static SignedOutView view(LogoutRequest request) {
        Optional<Client> known = request.client().filter(client -> !request.distrusted());
        return new SignedOutView(false, known.map(Client::displayName), known.flatMap(client -> client.shown()
                .home()));
    }

    private Visit visit(Asked asked) {
        Visit visit = pages.visit(asked.call())
                .speaking(asked.browser().session().flatMap(BrowserSession::language))
                .preferring(asked.request().form().field("ui_locales"));
        return asked.request().redirect().map(visit::leadingTo).orElse(visit);
    }

    private static String byGet(FormBody form) {
        String query = form.fields().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return PATH + (query.isEmpty() ? "" : "?" + query);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
