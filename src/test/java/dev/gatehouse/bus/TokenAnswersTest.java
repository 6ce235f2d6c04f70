package dev.gatehouse.bus;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.clients.Client;
import dev.gatehouse.vocabulary.ClientId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to questions while whoever knows the answer says nothing. */
final class TokenAnswersTest {
    private final Vertx vertx = Vertx.vertx();
    private final Promise<Optional<Client>> known = Promise.promise();

    @BeforeEach
    void open() {
        var answers = new TokenAnswers(
                null, null, client -> known.future(), () -> Optional.of(new ClientId("reporting-job")));
        await(vertx.deployVerticle(new BusVerticle(answers)));
    }

    @AfterEach
    void close() {
        await(vertx.close());
    }

    @Test
    void as_many_wait_as_are_allowed_and_one_more_is_turned_away() {
        var waiting = new ArrayList<Future<Message<JsonObject>>>();
        for (int i = 0; i < TokenAnswers.MOST_WAITING; i++) waiting.add(mint());
        assertThat(code(mint())).isEqualTo(503);
        assertThat(waiting).noneMatch(Future::isComplete);
        known.complete(Optional.empty());
        for (var one : waiting) assertThat(code(one)).isEqualTo(401);
        assertThat(code(mint())).isEqualTo(401);
    }

    private Future<Message<JsonObject>> mint() {
        return vertx.eventBus().request(TokenService.ADDRESS, new JsonObject().put("action", "mint"));
    }

    private static int code(Future<?> question) {
        Throwable failure = await(question.map(answered -> new Throwable()).otherwise(no -> no));
        return ((ReplyException) failure).failureCode();
    }
}
