package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.Terms;
import dev.gatehouse.identity.Due;
import dev.gatehouse.identity.Dues;
import dev.gatehouse.identity.Person;
import dev.gatehouse.identity.TermsAcceptance;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** /account/terms: whoever has signed in and has yet to accept the terms in their newest version does it here, and goes on. */
public final class TermsPage {
    static final String PATH = "/account/terms";
    private static final String FORM = "terms";

    private final Supplier<Config> config;
    private final Visitors visitors;
    private final Dues dues;
    private final TermsAcceptance acceptance;

    TermsPage(House house, Visitors visitors) {
        this.config = house.config();
        this.visitors = visitors;
        this.dues = house.dues();
        this.acceptance = new TermsAcceptance(house.database(), house.trail());
    }

    /** What the template shows; {@code wrong}: the box was left empty. */
    public record View(String flow, String proof, String app, Terms terms, boolean wrong) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).map(visitor -> FreshProof.nobody(visitor, PATH).orElseGet(() -> shown(visitor)));
    }

    private Reply shown(Visitor visitor) {
        Person person = visitor.session().orElseThrow().person();
        Set<Due> left = dues.of(person);
        return left.contains(Due.TERMS) ? form(200, visitor, false) : onward(visitor, left);
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> nobody = FreshProof.nobody(visitor, PATH);
            if (nobody.isPresent()) return Future.succeededFuture(nobody.get());
            visitors.check(call, visitor, FORM);
            return accepted(call, visitor);
        });
    }

    /** Of another version than the one that is in force by now nothing is accepted. */
    private Future<Reply> accepted(Call call, Visitor visitor) {
        Person person = visitor.session().orElseThrow().person();
        Optional<String> version = config.get().accounts().terms().map(Terms::version);
        if (version.isEmpty() || !dues.of(person).contains(Due.TERMS)) return Future.succeededFuture(shown(visitor));
        if (!visitor.sent().field(FORM).equals(version)) return Future.succeededFuture(form(422, visitor, true));
        var source = Source.address(call.clientAddress().getHostAddress());
        var left = EnumSet.noneOf(Due.class);
        left.addAll(dues.of(person));
        left.remove(Due.TERMS);
        return acceptance.accept(person.id(), version.get(), source).map(done -> onward(visitor, left));
    }

    private static Reply onward(Visitor visitor, Set<Due> left) {
        String flow = visitor.flow().isEmpty() ? "" : "?" + Interaction.PARAMETER + "=" + visitor.flow();
        return Reply.seeOther(left.stream()
                .findFirst()
                .map(due -> visitor.visit().onwardTo(DuePages.of(due) + flow))
                .orElseGet(() -> Entrance.onward(visitor)));
    }

    private Reply form(int status, Visitor visitor, boolean wrong) {
        var view = new View(
                visitor.flow(),
                visitors.proof(visitor, FORM),
                visitor.app().orElse(""),
                config.get().accounts().terms().orElseThrow(),
                wrong);
        return visitors.page(status, "terms", visitor, view);
    }
}
