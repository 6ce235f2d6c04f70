package dev.gatehouse.signin;

import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Departures;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** /account: what a person can look after themselves, one link for each page. */
public final class AccountPage {
    static final String PATH = "/account";

    /** What the page says for a moment after something was done elsewhere, by the parameter that asks for it. */
    private static final List<String> DONE = List.of("changed", "kept");

    private static final Predicate<Config> ALWAYS = config -> true;

    /** Every page there is of an account; a section without one that is served here is left out. */
    private static final List<Offered> OFFERED = List.of(
            new Offered("profile", ProfilePage.PATH, "profile.title", ALWAYS),
            new Offered("profile", EmailPage.PATH, "email.title", config -> config.email()
                    .smtp()
                    .isPresent()),
            new Offered(
                    "profile",
                    LanguagePage.PATH,
                    "language.title",
                    config -> config.languages().size() > 1),
            new Offered("security", PasswordPage.PATH, "change.title", config -> config.login()
                    .enabled()),
            new Offered("security", AuthenticatorPage.PATH, "authenticator.title", config -> config.login()
                    .totp()),
            new Offered("security", PasskeysPage.PATH, "passkeys.title", config -> config.login()
                    .passkey()),
            new Offered("security", LoginsPage.PATH, "logins.title", config -> !config.login()
                    .others()
                    .all()
                    .isEmpty()),
            new Offered("devices", SessionsPage.PATH, "sessions.title", ALWAYS),
            new Offered("apps", AppsPage.PATH, "apps.title", ALWAYS),
            new Offered("data", DataPage.PATH, "data.title", ALWAYS),
            new Offered("data", DeletePage.PATH, "delete.title", ALWAYS));

    /** In their order. Keys for APIs will stand where {@code keys} does; nothing is offered there while there are none (decision 0288). */
    private static final List<String> SECTIONS = List.of("profile", "security", "devices", "apps", "keys", "data");

    private final Supplier<Config> config;
    private final Visitors visitors;
    private final Departures departures;

    AccountPage(House house, Visitors visitors) {
        this.config = house.config();
        this.visitors = visitors;
        this.departures = house.departures();
    }

    private record Offered(String section, String path, String words, Predicate<Config> isServed) {}

    /** What the template shows. {@code notice} names the words of what was just done; empty where nothing was. {@code leaves} is when the account goes for good. */
    public record View(String username, String notice, Optional<String> leaves, List<Section> sections) {}

    /** {@code account.<name>} are its words. */
    public record Section(String name, List<Entry> entries) {}

    public record Entry(String path, String words) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).compose(visitor -> FreshProof.nobody(visitor, PATH)
                .map(Future::succeededFuture)
                .orElseGet(() -> departures
                        .leaves(visitor.person().id())
                        .map(leaves -> visitors.page(200, "account", visitor, view(visitor, leaves)))));
    }

    private View view(Visitor visitor, Optional<Instant> leaves) {
        String notice = DONE.stream()
                .filter(done -> visitor.sent().field(done).isPresent())
                .findFirst()
                .map(done -> "account.done." + done)
                .orElse("");
        return new View(visitor.person().username(), notice, leaves.map(KeepPage::minute), sections());
    }

    private List<Section> sections() {
        return SECTIONS.stream()
                .map(name -> new Section(
                        name,
                        OFFERED.stream()
                                .filter(one -> one.section().equals(name)
                                        && one.isServed().test(config.get()))
                                .map(one -> new Entry(one.path(), one.words()))
                                .toList()))
                .filter(section -> !section.entries().isEmpty())
                .toList();
    }
}
