package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Cidr;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.UserAgent;
import dev.gatehouse.web.Words;
import io.vertx.core.Future;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The browsers in which a person is signed in; each can be signed out, and all but the one that shows the page at once. */
public final class SessionsPage {
    static final String PATH = "/account/sessions";

    /** Which one to end: its id, or {@link #OTHERS}. */
    static final String END = "end";

    static final String OTHERS = "others";
    private static final String FORM = "sessions";
    private static final int LONGEST_NAME = 120;
    private static final DateTimeFormatter TO_THE_MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final Supplier<Config> config;
    private final Visitors visitors;
    private final PersonalSessions sessions;

    SessionsPage(House house, Visitors visitors) {
        this.config = house.config();
        this.visitors = visitors;
        this.sessions = new PersonalSessions(house);
    }

    /** What the template shows. */
    public record View(String proof, String username, List<One> all, String idle) {
        public boolean hasOthers() {
            return all.size() > 1;
        }
    }

    /**
     * Times are to the minute, and {@code place} is the network that it signed in from; {@code here} is the browser that looks. {@code calls} is what it calls itself, for
     * whoever cannot make anything of {@code device}.
     */
    public record One(
            String id,
            String device,
            boolean known,
            Optional<String> calls,
            Optional<String> place,
            String first,
            String seen,
            String since,
            String ends,
            boolean here) {}

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
        Duration idle = config.get().tokens().session().idle();
        Words words = visitor.visit().words();
        return sessions.of(own.person().id()).map(all -> {
            var view = new View(
                    visitors.proof(visitor, FORM),
                    own.person().username(),
                    all.stream().map(one -> shown(one, own, words)).toList(),
                    spoken(idle, words));
            return visitors.page(200, "sessions", visitor, view);
        });
    }

    private static One shown(PersonalSessions.Signed one, BrowserSession own, Words words) {
        UserAgent agent = UserAgent.of(one.device().orElse(""));
        return new One(
                one.id().value(),
                agent.in(words),
                agent.isKnown(),
                one.device()
                        .filter(name -> !name.isBlank())
                        .map(name -> name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "…"),
                one.address().map(SessionsPage::network),
                minute(one.madeAt()),
                minute(one.seenAt()),
                minute(one.authTime()),
                minute(one.expiresAt()),
                isOf(own, one));
    }

    /** Coarse enough that the page tells nobody where exactly somebody was: the /24 of an IPv4 address, the /64 of another. */
    static String network(String address) {
        InetAddress exact = Cidr.literal(address.replaceFirst("%.*", ""));
        return Cidr.around(exact, exact instanceof Inet6Address ? 64 : 24).toString();
    }

    /** In the largest unit of which it is a multiple. */
    private static String spoken(Duration span, Words words) {
        if (span.toDays() > 1 && span.equals(Duration.ofDays(span.toDays())))
            return words.say("sessions.span.days", span.toDays());
        if (span.toHours() > 1 && span.equals(Duration.ofHours(span.toHours())))
            return words.say("sessions.span.hours", span.toHours());
        return words.say("sessions.span.minutes", Math.max(1, span.toMinutes()));
    }

    private static String minute(Instant at) {
        return TO_THE_MINUTE.format(at);
    }
}
