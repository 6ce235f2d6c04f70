package dev.gatehouse.signin;

import dev.gatehouse.config.Config;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/** GET / for people: who is signed in here, and where things are. */
public final class HomePage {
    private final Supplier<Config> config;
    private final Visitors visitors;

    public HomePage(House house) {
        this.config = house.config();
        this.visitors = new Visitors(house);
    }

    /** What the template shows. */
    public record View(Optional<String> username, boolean login, boolean register) {}

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
                                login,
                                login && now.accounts().registrationOpen())));
    }
}
