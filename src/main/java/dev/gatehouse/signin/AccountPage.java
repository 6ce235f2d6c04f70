package dev.gatehouse.signin;

import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;

/** /account: what a person can look after themselves. */
public final class AccountPage {
    static final String PATH = "/account";

    private final Visitors visitors;

    AccountPage(Visitors visitors) {
        this.visitors = visitors;
    }

    /** What the template shows. {@code changed}: a new password is set. */
    public record View(String username, boolean changed) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).map(visitor -> FreshProof.nobody(visitor, PATH)
                .orElseGet(() -> visitors.page(
                        200,
                        "account",
                        visitor,
                        new View(
                                visitor.session().orElseThrow().person().username(),
                                visitor.sent().field("changed").isPresent()))));
    }
}
