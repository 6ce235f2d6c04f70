package dev.gatehouse.signin;

import dev.gatehouse.clients.Clients;
import dev.gatehouse.config.Config;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** GET / for people: who is signed in here, and where things are. */
public final class HomePage {
    private final Supplier<Config> config;
    private final Clients clients;
    private final String url;
    private final Visitors visitors;

    public HomePage(House house) {
        this.config = house.config();
        this.clients = house.clients();
        this.url = house.url();
        this.visitors = new Visitors(house);
    }

    /** What the template shows. {@code apps} are those that a person who is signed in can go to. */
    public record View(Optional<String> username, List<Start> apps, boolean login, boolean register) {}

    /** An app and where it begins: the app then asks us who is there (OpenID Connect Core §4, Third-Party-Initiated Login). */
    public record Start(String app, String href) {}

    public Future<Reply> show(Call call) {
        Config now = config.get();
        boolean login = now.login().enabled();
        return visitors.of(call)
                .map(visitor -> visitors.page(
                        200,
                        "home",
                        visitor,
                        new View(
                                visitor.session()
                                        .map(session -> session.person().username()),
                                visitor.session().isPresent() ? apps() : List.of(),
                                login,
                                login && now.accounts().registrationOpen())));
    }

    private List<Start> apps() {
        return clients.startable().stream()
                .map(client -> new Start(
                        client.displayName(),
                        begun(client.defaults().initiateLogin().orElseThrow())))
                .toList();
    }

    private String begun(URI initiateLogin) {
        String asked = initiateLogin.toString();
        String issuer = "iss=" + URLEncoder.encode(url, StandardCharsets.UTF_8);
        return asked + (initiateLogin.getRawQuery() == null ? "?" : "&") + issuer;
    }
}
