package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.LoginProvider;
import dev.gatehouse.identity.Account;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.ForeignIdentities;
import dev.gatehouse.identity.ForeignPerson;
import dev.gatehouse.identity.Newcomer;
import dev.gatehouse.identity.Newcomers;
import dev.gatehouse.identity.Newcomers.Brought;
import dev.gatehouse.identity.Username;
import dev.gatehouse.signin.ProviderAttempts.Found;
import dev.gatehouse.signin.ProviderAttempts.Kind;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.signin.social.Providers;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * /login/stranger: somebody whom a provider knows, and this house does not. Whose mail address is verified there and unknown here gets an account at once; others are
 * asked whether they have one. No account is theirs because of an address: they sign in to it, and say that they want the two connected (decision 0278).
 */
public final class Strangers {
    static final String PATH = "/login/stranger";

    private static final String STEP = "step";
    private static final String FORM = "stranger";

    private final Supplier<Config> config;
    private final Visitors visitors;
    private final Providers providers;
    private final OtherWays ways;
    private final ProviderAttempts attempts;
    private final Interactions interactions;
    private final ForeignIdentities identities;
    private final Newcomers newcomers;
    private final Entrance entrance;
    private final NewcomerRate rate;
    private final SecureRandom random;

    Strangers(
            House house,
            Visitors visitors,
            Providers providers,
            OtherWays ways,
            ForeignIdentities identities,
            Entrance entrance,
            NewcomerRate rate) {
        this.config = house.config();
        this.visitors = visitors;
        this.providers = providers;
        this.ways = ways;
        this.attempts = new ProviderAttempts(house.database());
        this.interactions = new Interactions(house.database(), house.random());
        this.identities = identities;
        this.newcomers = house.newcomers();
        this.entrance = entrance;
        this.rate = rate;
        this.random = house.random();
    }

    /** What the template shows. {@code username} is whoever has just signed in, {@code email} what the provider says; both may be empty. */
    public record View(
            String flow,
            String proof,
            String step,
            String app,
            String provider,
            String email,
            String username,
            boolean register) {}

    /** Somebody at the page, and who the provider says that they are. */
    private record Asked(Visitor visitor, String step, Found found, ForeignPerson who) {
        /** Whoever signed in after they came back from the provider is the one to be connected. */
        Optional<BrowserSession> proven() {
            return visitor.session().filter(session -> !session.authTime().isBefore(found.madeAt()));
        }
    }

    Future<Reply> met(Visitor visitor, Call call, LoginProvider provider, ForeignPerson who) {
        return isNew(who).compose(fresh -> fresh ? signedUp(visitor, call, who) : asked(visitor, who));
    }

    Future<Reply> show(Call call) {
        return visitors.of(call).compose(this::found).map(this::page);
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            visitors.check(call, visitor, FORM);
            return found(visitor)
                    .compose(asked -> switch (visitor.sent().field("do").orElse("")) {
                        case "connect" -> connected(call, asked);
                        case "register" -> registered(call, asked);
                        default -> toSignIn(call, asked);
                    });
        });
    }

    /** An address that the provider does not vouch for says nothing, and whether it is known here is not told. */
    private Future<Boolean> isNew(ForeignPerson who) {
        if (!mayRegister(who)) return Future.succeededFuture(false);
        if (who.email().isEmpty()) return Future.succeededFuture(true);
        if (!who.emailVerified()) return Future.succeededFuture(false);
        return identities.knows(who.email().get()).map(known -> !known);
    }

    private boolean mayRegister(ForeignPerson who) {
        return config.get().accounts().registrationOpen() && newcomers.takes(who.email());
    }

    private Future<Reply> asked(Visitor visitor, ForeignPerson who) {
        String step = RandomText.of(random, 32);
        return attempts.begin(step, visitor.cookie(), Kind.STRANGER, who.toJson())
                .map(begun -> Reply.seeOther(visitor.visit().onwardTo(address(step, visitor))));
    }

    private Future<Asked> found(Visitor visitor) {
        String step = visitor.sent().field(STEP).orElse("");
        return attempts.look(step, visitor.cookie(), Kind.STRANGER).map(found -> {
            Found there = found.orElseThrow(Entrance::over);
            return new Asked(visitor, step, there, ForeignPerson.from(there.data()));
        });
    }

    private Reply page(Asked asked) {
        Visitor visitor = asked.visitor();
        ForeignPerson who = asked.who();
        var view = new View(
                visitor.flow(),
                visitors.proof(visitor, FORM),
                asked.step(),
                visitor.app().orElse(""),
                providers.named(who.provider()).map(LoginProvider::label).orElse(who.provider()),
                who.email().map(EmailAddress::value).orElse(""),
                asked.proven().map(session -> session.person().username()).orElse(""),
                mayRegister(who) && !who.emailVerified());
        return visitors.page(200, "stranger", visitor, view);
    }

    /** They say who they are here, from the beginning, and come back. */
    private Future<Reply> toSignIn(Call call, Asked asked) {
        ways.take(call);
        Visitor visitor = asked.visitor();
        var wish = new Wish(Level.ONE, Optional.empty(), true);
        return interactions
                .begin(visitor.cookie(), Client.GATEHOUSE, wish.in(Interaction.toPage(address(asked.step(), visitor))))
                .map(flow -> Reply.seeOther(
                        visitor.visit().onwardTo("/login?connect=1&" + Interaction.PARAMETER + "=" + flow)));
    }

    private Future<Reply> connected(Call call, Asked asked) {
        Visitor visitor = asked.visitor();
        UserId account = asked.proven()
                .orElseThrow(() -> Reason.STEP_UP_REQUIRED.because("Sign in before you connect the two."))
                .person()
                .id();
        var by = new By(Optional.of(account.value()), source(call));
        return taken(asked)
                .compose(who -> identities.link(account, who, by))
                .compose(linked -> visitor.flow().isEmpty()
                        ? Future.succeededFuture()
                        : interactions.signedIn(visitor.flow(), visitor.cookie(), visitor.cookie()))
                .map(done -> Reply.seeOther(
                        visitor.flow().isEmpty()
                                ? visitor.visit().onwardTo(LoginsPage.PATH + "?added=1")
                                : Entrance.onward(visitor)));
    }

    private Future<Reply> registered(Call call, Asked asked) {
        if (!mayRegister(asked.who()) || asked.who().emailVerified())
            throw Reason.REGISTRATION_CLOSED.because("Sign in to the account that you have, or ask the operator.");
        return taken(asked).compose(who -> signedUp(asked.visitor(), call, who));
    }

    private Future<ForeignPerson> taken(Asked asked) {
        return attempts.take(asked.step(), asked.visitor().cookie(), Kind.STRANGER)
                .map(found ->
                        ForeignPerson.from(found.orElseThrow(Entrance::over).data()));
    }

    /** A new account; whoever made one with the same login in another tab a moment ago comes into that. */
    private Future<Reply> signedUp(Visitor visitor, Call call, ForeignPerson who) {
        rate.take(call);
        var by = By.themselves(source(call));
        var brought =
                new Brought(Optional.empty(), visitor.visit().language().tag(), MailAsks.browser(visitor.cookie()));
        return made(who, NewNames.of(who, random).iterator(), brought, by)
                .map(account -> Optional.of(account.id()))
                .recover(cause ->
                        is(Reason.IDENTITY_TAKEN, cause) ? identities.signedIn(who, by) : Future.failedFuture(cause))
                .compose(account ->
                        entrance.first(visitor, call, ProofKind.PROVIDER, account.orElseThrow(Entrance::over)))
                .compose(came -> entrance.answer(came.orElseThrow(Entrance::over), visitor, call, source(call)));
    }

    /** By the first name that is free. */
    private Future<Account> made(ForeignPerson who, Iterator<Username> names, Brought brought, By by) {
        var newcomer = new Newcomer(
                names.next(),
                Optional.empty(),
                who.email(),
                who.emailVerified(),
                List.of(),
                List.of(),
                Optional.empty());
        return newcomers
                .add(
                        newcomer,
                        brought,
                        by,
                        (transaction, account) -> identities.first(transaction, account.id(), who, by))
                .recover(cause -> is(Reason.USERNAME_TAKEN, cause) && names.hasNext()
                        ? made(who, names, brought, by)
                        : Future.failedFuture(cause));
    }

    private static boolean is(Reason reason, Throwable cause) {
        return cause instanceof Refusal refusal && refusal.problem() == reason;
    }

    private static String address(String step, Visitor visitor) {
        return PATH + "?" + STEP + "=" + step
                + (visitor.flow().isEmpty() ? "" : "&" + Interaction.PARAMETER + "=" + visitor.flow());
    }

    private static Source source(Call call) {
        return Source.address(call.clientAddress().getHostAddress());
    }
}
