package dev.gatehouse.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.tokens.TestTokens;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The example of {@code src/docs/bus.md}, compiled and run. */
@ExtendWith(VertxExtension.class)
final class BusExampleTest {
    private final Promise<String> said = Promise.promise();

    private void ask(Vertx vertx, String token) {
        // begin
        var question =
                new JsonObject().put("action", "verify").put("token", token).put("api", "orders");
        vertx.eventBus().<JsonObject>request("gatehouse.tokens", question).onSuccess(reply -> {
            var answer = reply.body();
            if (answer.getBoolean("active")) {
                greet(answer.getString("username"), answer.getJsonArray("scopes"));
            } else {
                refuse(answer.getString("reason"), answer.getString("detail"));
            }
        });
        // end
    }

    @Test
    void the_example_runs(Vertx vertx, VertxTestContext test) {
        var house = new TestTokens();
        var service = new TokenService(house.tokens, api -> Optional.of(TestTokens.PROFILE));
        said.future()
                .onComplete(test.succeeding(words -> test.verify(() -> {
                    assertThat(words).isEqualTo("hello name-of-user-1, you may [\"data:read\",\"data:write\"]");
                    test.completeNow();
                })));
        vertx.deployVerticle(new BusVerticle(service))
                .onComplete(test.succeeding(deployed -> ask(vertx, house.minted("user-1"))));
    }

    @Test
    void the_page_shows_the_code_that_runs() throws IOException {
        String page = Files.readString(Path.of("src/docs/bus.md"));
        String source = Files.readString(Path.of("src/test/java/dev/gatehouse/bus/BusExampleTest.java"));
        String shown = page.substring(page.indexOf("```java\n") + 8, page.indexOf("```\n\n"));
        String runs = source.substring(source.indexOf("// begin\n") + 9, source.indexOf("// end\n"));
        assertThat(words(shown)).isEqualTo(words(runs));
    }

    /** Line breaks are the formatter's affair. */
    private static String words(String code) {
        return code.replaceAll("\\s+", "");
    }

    private void greet(String username, JsonArray scopes) {
        said.complete("hello " + username + ", you may " + scopes.encode());
    }

    private void refuse(String reason, String detail) {
        said.complete(reason + ": " + detail);
    }
}
