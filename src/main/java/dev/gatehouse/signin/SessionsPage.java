package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** The browsers in which a person is signed in; each can be signed out, and all but the one that shows the page at once. */
public final class SessionsPage {
    static final String PATH = "/account/sessions";

    /** Which one to end: its id, or {@link #OTHERS}. */
    static final String END = "end";

    static final String OTHERS = "others";
    private static final String FORM = "sessions";
    private static final int LONGEST_DEVICE = 120;
    private static final DateTimeFormatter TO_THE_MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final Visitors visitors;
    private final PersonalSessions sessions;

    SessionsPage(House house, Visitors visitors) {
        this.visitors = visitors;
        this.sessions = new PersonalSessions(house);
    }

    /** What the template shows. */
    public record View(String proof, String username, List<One> all) {
        public boolean hasOthers() {
            return all.size() > 1;
        }
    }

    /** {@code seen} and {@code since} are to the minute; {@code here} is the browser that looks. */
    public record One(
            String id, Optional<String> device, Optional<String> address, String seen, String since, boolean here) {}

    /** GET: whoever is not signed in does that first, and comes back. */
    Future<Reply> show(Call call) {
        return visitors.of(call).compose(visitor -> visitor.session().isEmpty() ? toSignIn(visitor) : listed(visitor));
    }

    /** POST: what is not this person's, or over already, is left as it is; the page then shows what there is. */
    Future<Reply> end(Call call) {
        return visitors.of(call).compose(visitor -> {
            if (visitor.session().isEmpty()) return toSignIn(visitor);
            visitors.check(call, visitor, FORM);
            String wanted = visitor.sent().field(END).orElse("");
            return ended(visitor, wanted, Source.address(call.clientAddress().getHostAddress()))
                    .map(done -> Reply.seeOther(visitor.visit().onwardTo(PATH)));
        });
    }

    private static Future<Reply> toSignIn(Visitor visitor) {
        return Future.succeededFuture(Reply.seeOther(visitor.visit().onwardTo("/login?return=" + PATH)));
    }

    private Future<?> ended(Visitor visitor, String wanted, Source source) {
        BrowserSession own = visitor.session().orElseThrow();
        var account = own.person().id();
        return sessions.of(account)
                .compose(all -> Future.join(all.stream()
                        .filter(one -> wanted.equals(OTHERS)
                                ? !isOf(own, one)
                                : one.id().value().equals(wanted))
                        .map(one -> sessions.end(account, one, source))
                        .toList()));
    }

    private static boolean isOf(BrowserSession here, PersonalSessions.Signed one) {
        return one.id().equals(here.id());
    }

    private Future<Reply> listed(Visitor visitor) {
        BrowserSession own = visitor.session().orElseThrow();
        return sessions.of(own.person().id()).map(all -> {
            var view = new View(
                    visitors.proof(visitor, FORM),
                    own.person().username(),
                    all.stream().map(one -> shown(one, own)).toList());
            return visitors.page(200, "sessions", visitor, view);
        });
    }

    private static One shown(PersonalSessions.Signed one, BrowserSession own) {
        return new One(
                one.id().value(),
                one.device()
                        .filter(name -> !name.isBlank())
                        .map(name -> name.length() <= LONGEST_DEVICE ? name : name.substring(0, LONGEST_DEVICE) + "…"),
                one.address(),
                minute(one.seenAt()),
                minute(one.authTime()),
                isOf(own, one));
    }

    private static String minute(Instant at) {
        return TO_THE_MINUTE.format(at);
    }
}
