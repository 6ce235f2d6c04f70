package dev.gatehouse.signin;

import dev.gatehouse.config.LoginProvider;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.signin.ProviderAttempts.Kind;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.signin.social.Providers;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Visit;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Buttons that lead to other providers, and the way there. */
public final class OtherWays {
    /** Below it, a form for each provider leads to. */
    static final String PATH = "/login/with/";

    /** The form's name in its proof. */
    static final String FORM = "with";

    /** Each question is a row for ten minutes. */
    private static final TokenBucket QUESTIONS = new TokenBucket(600, Duration.ofMinutes(10));

    private static final int MOST_NETWORKS = 65_536;

    private final Visitors visitors;
    private final Providers providers;
    private final ProviderAttempts attempts;
    private final LimitTable<SourceNetwork> questions;

    OtherWays(House house, Visitors visitors, Providers providers) {
        this.visitors = visitors;
        this.providers = providers;
        this.attempts = new ProviderAttempts(house.database());
        this.questions = new LimitTable<>(QUESTIONS, MOST_NETWORKS, house.clock());
    }

    /** What a page shows of them; without any, nothing. */
    public record Buttons(String flow, String proof, List<Button> all) {
        public Buttons {
            all = List.copyOf(all);
        }
    }

    public record Button(String name, String label) {}

    /** What the browser is to be asked about when it comes back. {@code account} is there where somebody who is in adds a login. */
    record Way(Providers.Asked asked, String flow, Optional<String> language, Optional<UserId> account) {
        JsonObject toJson() {
            var json = new JsonObject()
                    .put("provider", asked.provider())
                    .put("nonce", asked.nonce())
                    .put("verifier", asked.verifier())
                    .put("flow", flow);
            asked.anew().ifPresent(at -> json.put("anew", at.toEpochMilli()));
            language.ifPresent(tag -> json.put("language", tag));
            account.ifPresent(who -> json.put("account", who.value()));
            return json;
        }

        static Way from(JsonObject json) {
            return new Way(
                    new Providers.Asked(
                            json.getString("provider"),
                            json.getString("nonce"),
                            json.getString("verifier"),
                            Optional.ofNullable(json.getLong("anew")).map(Instant::ofEpochMilli)),
                    json.getString("flow"),
                    Optional.ofNullable(json.getString("language")),
                    Optional.ofNullable(json.getString("account")).map(UserId::new));
        }
    }

    boolean exist() {
        return !providers.all().isEmpty();
    }

    Buttons buttons(Visitor visitor) {
        return new Buttons(
                visitor.flow(),
                visitors.proof(visitor, FORM),
                providers.all().stream()
                        .map(each -> new Button(each.name(), each.label()))
                        .toList());
    }

    /** A page with the buttons may lead to where they do (CSP3 {@code form-action} follows redirects). */
    Visit leading(Visit visit) {
        Visit leading = visit;
        for (String address : providers.destinations()) leading = leading.leadingTo(address);
        return leading;
    }

    /** POST: off to the provider. */
    Future<Reply> leave(Call call) {
        return visitors.of(call).compose(visitor -> {
            visitors.check(call, visitor, FORM);
            return leave(call, visitor, call.path().substring(PATH.length()), Optional.empty());
        });
    }

    Future<Reply> leave(Call call, Visitor visitor, String name, Optional<UserId> account) {
        LoginProvider provider = providers
                .named(name)
                .orElseThrow(() -> Reason.NO_ROUTE.because("Nobody signs in by a provider of that name."));
        take(call);
        boolean again = account.isPresent()
                || visitor.interaction()
                        .map(Interaction::wish)
                        .filter(wish -> wish.again() || wish.since().isPresent())
                        .isPresent();
        var manner = new Providers.Manner(
                again, visitor.asked("login_hint"), visitor.visit().language().tag());
        return providers.question(provider, manner).compose(question -> {
            var way = new Way(
                    question.asked(),
                    visitor.flow(),
                    visitor.visit().chosen().map(language -> language.tag()),
                    account);
            return attempts.begin(question.state(), visitor.cookie(), Kind.SENT, way.toJson())
                    .map(begun -> Reply.seeOther(question.address().toString()));
        });
    }

    /** Refuses a network that asks too often. */
    void take(Call call) {
        questions.take(SourceNetwork.of(call.clientAddress())).ifPresent(wait -> {
            throw Reason.RATE_LIMITED
                    .because("Too many requests from your network.")
                    .retryAfter(wait);
        });
    }
}
