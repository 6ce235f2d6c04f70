package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.RawCaller.Answer;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.BadTokens;
import dev.gatehouse.tokens.BadTokens.BadToken;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The table of bad tokens, asked over the wire: always the same refusal, and the API behind the gate hears nothing of it. */
@DisplayName("classes 1-10: bad tokens at the gate")
final class BadTokensAtTheGateTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static CountingApi api;
    private static Gate gate;
    private static BackRoom backRoom;

    @BeforeAll
    static void open() {
        api = new CountingApi();
        gate = Gate.open(
                DATABASE,
                """
                apis:
                  counted:
                    path: /counted
                    upstream: %s
                    routes:
                      GET /**: login
                      GET /open: public
                """
                        .formatted(api.origin()));
        backRoom = BackRoom.behind(gate, DATABASE);
    }

    @AfterAll
    static void close() {
        backRoom.close();
        gate.close();
        api.close();
    }

    /** Twice the table and once more is below what one address may get wrong in a minute. */
    @Test
    void each_is_refused_cold_warm_and_after_rotation_and_none_goes_further() {
        BadTokens tokens = backRoom.badTokens();
        List<BadToken> table =
                tokens.all().stream().filter(BadTokensAtTheGateTest::isOneField).toList();
        assertThat(table).hasSizeGreaterThanOrEqualTo(80);
        int before = api.requests();
        var softly = new SoftAssertions();
        try (var one = new RawCaller(gate.port());
                var other = new RawCaller(gate.port())) {
            askAll(softly, one, table, "cold");
            assertThat(List.of(
                            asked(one, tokens.good()).status(),
                            asked(other, tokens.good()).status()))
                    .containsOnly(200);
            askAll(softly, other, table, "warm");
            String published = jwks();
            backRoom.rotate();
            await().until(() -> !jwks().equals(published));
            assertThat(asked(one, tokens.good()).status()).isEqualTo(200);
            askAll(softly, one, table, "after rotation");
        }
        softly.assertAll();
        assertThat(api.requests() - before)
                .as("requests that reached the API: the good ones")
                .isEqualTo(3);
    }

    @Test
    void what_cannot_stand_in_a_field_is_refused_before_the_gate_looks_for_a_token() {
        var unsendable = new ArrayList<>(backRoom.badTokens().all());
        unsendable.removeIf(BadTokensAtTheGateTest::isOneField);
        assertThat(unsendable).isNotEmpty();
        int before = api.requests();
        for (BadToken bad : unsendable) {
            try (var caller = new RawCaller(gate.port())) {
                Answer answer = asked(caller, bad.token());
                assertThat(answer.status()).as(bad.name()).isIn(400, 401);
                assertThat(new JsonObject(answer.body()).getString("reason"))
                        .as(bad.name())
                        .isIn("bad_request", "ambiguous_request", "invalid_token");
            }
        }
        assertThat(api.requests()).isEqualTo(before);
    }

    @Test
    void a_public_route_never_looks_at_them() {
        BadTokens tokens = backRoom.badTokens();
        try (var caller = new RawCaller(gate.port())) {
            for (BadToken bad : tokens.all().subList(0, 20)) {
                Answer answer = caller.ask("GET /counted/open HTTP/1.1", "Authorization: Bearer " + bad.token());
                assertThat(answer.status()).as(bad.name()).isEqualTo(200);
            }
        }
    }

    @Test
    @DisplayName("a source that guesses without end is told to wait, and its good token goes on")
    void guessing_is_bounded() {
        // From an address of its own, so that nobody else of this class has to wait.
        String good = backRoom.badTokens().good();
        try (var guesser = new RawCaller(gate.port(), "127.0.0.9")) {
            assertThat(asked(guesser, good).status()).isEqualTo(200);
            int refused = 0;
            Answer last = asked(guesser, "a.b.c");
            while (last.status() == 401 && refused++ < 20_000) last = asked(guesser, "a.b.c");
            assertThat(last.status()).isEqualTo(429);
            assertThat(last.field("Retry-After")).isPresent();
            assertThat(asked(guesser, good).status()).isEqualTo(200);
        }
        try (var neighbour = new RawCaller(gate.port())) {
            assertThat(asked(neighbour, "a.b.c").status()).isEqualTo(401);
        }
    }

    private static void askAll(SoftAssertions softly, RawCaller caller, List<BadToken> table, String when) {
        for (BadToken bad : table) softly.check(() -> assertRefused(asked(caller, bad.token()), bad, when));
    }

    private static void assertRefused(Answer answer, BadToken bad, String when) {
        String what = bad.name() + ", " + when;
        assertThat(answer.status()).as(what).isEqualTo(401);
        assertThat(answer.field("WWW-Authenticate")).as(what).hasValueSatisfying(challenge -> assertThat(challenge)
                .startsWith("Bearer realm=\"gatehouse\", error=\"invalid_token\""));
        assertThat(answer.field("Content-Type")).as(what).hasValue("application/problem+json");
        assertThat(new JsonObject(answer.body()).getString("reason")).as(what).isEqualTo("invalid_token");
    }

    private static Answer asked(RawCaller caller, String token) {
        return caller.ask("GET /counted/thing HTTP/1.1", "Authorization: Bearer " + token);
    }

    /** Field values are visible characters, spaces and octets beyond ASCII (RFC 9110 §5.5). */
    private static boolean isOneField(BadToken bad) {
        return bad.token().chars().noneMatch(c -> c < 0x20 || c == 0x7f);
    }

    /** What the gate publishes. */
    private static String jwks() {
        return gate.get("/oauth/jwks").body();
    }
}
