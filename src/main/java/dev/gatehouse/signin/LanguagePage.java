package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.Profiles;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Language;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** /account/language: in which of the house's languages a person is spoken and written to, whatever browser they use. */
public final class LanguagePage {
    static final String PATH = "/account/language";

    private static final String FORM = "language";

    private final Supplier<Config> config;
    private final Visitors visitors;
    private final Profiles profiles;

    LanguagePage(House house, Visitors visitors) {
        this.config = house.config();
        this.visitors = visitors;
        this.profiles = new Profiles(house.database(), house.trail());
    }

    /** What the template shows; {@code kept} is empty for those who leave it to their browser. */
    public record View(String proof, List<Language> all, String kept, boolean saved) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).map(visitor -> FreshProof.nobody(visitor, PATH).orElseGet(() -> page(visitor)));
    }

    /** A language that the house does not have is taken for none. */
    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> nobody = FreshProof.nobody(visitor, PATH);
            if (nobody.isPresent()) return Future.succeededFuture(nobody.get());
            visitors.check(call, visitor, FORM);
            var by = new By(
                    Optional.of(visitor.person().id().value()),
                    Source.address(call.clientAddress().getHostAddress()));
            Optional<String> wanted =
                    visitor.sent().field("language").filter(config.get().languages()::contains);
            return profiles.speaks(visitor.person().id(), wanted, by).map(done -> Reply.seeOther(PATH + "?saved=1"));
        });
    }

    private Reply page(Visitor visitor) {
        var view = new View(
                visitors.proof(visitor, FORM),
                visitor.visit().spoken(),
                visitor.session().flatMap(BrowserSession::language).orElse(""),
                visitor.sent().field("saved").isPresent());
        return visitors.page(200, "language", visitor, view);
    }
}
