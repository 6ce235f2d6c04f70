package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.config.Config;
import dev.gatehouse.signin.ConnectedApps.Connected;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Words;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** /account/apps: the apps that have access, what they may do, in sentences, and when they last did; each can be put out. */
public final class AppsPage {
    static final String PATH = "/account/apps";

    /** Which one to put out. */
    static final String REVOKE = "revoke";

    private static final String FORM = "apps";
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(2);
    private static final DateTimeFormatter TO_THE_MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final Supplier<Config> config;
    private final Visitors visitors;
    private final Clients clients;
    private final ConnectedApps apps;

    AppsPage(House house, Visitors visitors) {
        this.config = house.config();
        this.visitors = visitors;
        this.clients = house.clients();
        this.apps = new ConnectedApps(house);
    }

    /** What the template shows. */
    public record View(String proof, String username, List<One> all) {}

    /** {@code mark} tells it from the others on the page. */
    public record One(String client, String mark, String name, List<String> may, String since, Optional<String> used) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).compose(visitor -> FreshProof.nobody(visitor, PATH)
                .map(Future::succeededFuture)
                .orElseGet(() -> listed(visitor)));
    }

    /** What has no access is left as it is; the page then shows what there is. */
    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> nobody = FreshProof.nobody(visitor, PATH);
            if (nobody.isPresent()) return Future.succeededFuture(nobody.get());
            visitors.check(call, visitor, FORM);
            var source = Source.address(call.clientAddress().getHostAddress());
            Future<?> ended = visitor.sent()
                    .field(REVOKE)
                    .filter(client -> !client.isBlank())
                    .<Future<?>>map(client -> apps.takeBack(visitor.person().id(), new ClientId(client), source))
                    .orElseGet(Future::succeededFuture);
            return ended.map(done -> Reply.seeOther(visitor.visit().onwardTo(PATH)));
        });
    }

    private Future<Reply> listed(Visitor visitor) {
        return apps.of(visitor.person().id())
                .compose(all -> named(all, visitor.visit().words()))
                .map(all -> visitors.page(
                        200,
                        "apps",
                        visitor,
                        new View(visitors.proof(visitor, FORM), visitor.person().username(), all)));
    }

    /** An app that is not there any more goes by its id. */
    private Future<List<One>> named(List<Connected> all, Words words) {
        var known = all.stream().map(app -> found(app.client())).toList();
        return Future.all(known).map(done -> {
            var shown = new ArrayList<One>();
            for (int i = 0; i < all.size(); i++) {
                var app = all.get(i);
                String name = known.get(i)
                        .result()
                        .map(Client::displayName)
                        .orElse(app.client().value());
                shown.add(new One(
                        app.client().value(),
                        "app-" + i,
                        name,
                        may(app, words),
                        minute(app.since()),
                        app.usedAt().map(AppsPage::minute)));
            }
            return shown;
        });
    }

    /** Some describe themselves elsewhere, and that may be away. */
    private Future<Optional<Client>> found(ClientId client) {
        return clients.find(client)
                .timeout(LONGEST_LOOK.toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(Optional.empty());
    }

    private List<String> may(Connected app, Words words) {
        var sentences = config.get().scopes();
        return app.scopes().values().stream()
                .map(scope -> words.knows("scope." + scope)
                        ? words.say("scope." + scope)
                        : sentences.getOrDefault(scope, scope))
                .toList();
    }

    private static String minute(Instant at) {
        return TO_THE_MINUTE.format(at);
    }
}
