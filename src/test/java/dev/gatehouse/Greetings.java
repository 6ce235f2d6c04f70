package dev.gatehouse;

import dev.gatehouse.bus.Answer;
import dev.gatehouse.bus.IdentityEvent;
import dev.gatehouse.bus.TokenService;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** The example of {@code src/docs/bus.md}. */
public final class Greetings extends VerticleBase {
    private TokenService tokens;

    @Override
    public Future<?> start() {
        tokens = TokenService.on(vertx).forApi("orders");
        vertx.eventBus().<String>consumer("shop.greet", message -> tokens.verify(message.body())
                .map(this::greeting)
                .onSuccess(message::reply)
                .onFailure(failure -> message.fail(503, failure.getMessage())));
        IdentityEvent.on(vertx, IdentityEvent.Kind.LOGOUT, event -> vertx.eventBus()
                .publish("shop.left", event.text("session").orElse("")));
        return Future.succeededFuture();
    }

    private String greeting(Answer answer) {
        if (answer instanceof Answer.No no) return no.status() + " " + no.reason();
        var caller = answer.caller();
        return caller.person() ? "Hello, " + caller.username().orElse("you") + "." : "Hello, program.";
    }
}
