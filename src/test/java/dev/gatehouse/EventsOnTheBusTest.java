package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.bus.IdentityEvent;
import dev.gatehouse.bus.IdentityEvent.Kind;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.vocabulary.ClientId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A verticle of somebody else hears within a second of what happens to people, sessions, clients, keys and settings. */
final class EventsOnTheBusTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Queue<IdentityEvent> HEARD = new ConcurrentLinkedQueue<>();

    private static Gate gate;
    private static BackRoom backRoom;

    @BeforeAll
    static void open() {
        gate = Gate.open(
                DATABASE,
                """
                registration: {mode: open}
                apis:
                  mine: {path: /mine, upstream: "eventbus:mine.http", routes: {GET /: login}}
                """);
        backRoom = BackRoom.behind(gate, DATABASE);
        for (Kind kind : Kind.values()) IdentityEvent.on(gate.vertx(), kind, HEARD::add);
    }

    @AfterAll
    static void close() {
        backRoom.close();
        gate.close();
    }

    @Test
    void of_a_person_who_comes_changes_and_leaves() {
        gate.register("ada");
        var made = heard(Kind.USER_CHANGED, event -> event.text("what").equals(Optional.of("made")));
        String token = gate.token("ada");
        JsonObject claims = claims(token);
        String session = claims.getString("sid");
        var in = heard(Kind.LOGIN, about("session", session));
        assertThat(in.text("subject")).contains(claims.getString("sub"));
        assertThat(made.text("subject")).contains(claims.getString("sub"));
        assertThat(in.text("client")).contains("gatehouse");
        assertThat(in.at())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
        assertThat(gate.ask("POST", "/logout", BodyPublishers.noBody(), "Authorization", "Bearer " + token)
                        .statusCode())
                .isEqualTo(200);
        var out = heard(Kind.LOGOUT, about("session", session));
        assertThat(out.text("subject")).contains(claims.getString("sub"));
        assertThat(heard(Kind.REVOKED, about("value", session)).text("what")).contains("session");
    }

    @Test
    void of_a_sign_in_that_failed_nothing_is_told() {
        gate.register("eve");
        long before = count(Kind.LOGIN);
        gate.post("/login", new JsonObject().put("username", "eve").put("password", "not " + Door.PASSWORD));
        gate.token("eve");
        Within.asserted(SECOND, () -> assertThat(count(Kind.LOGIN)).isEqualTo(before + 1));
    }

    @Test
    void of_what_an_operator_revokes_beside_the_gate() {
        Instant until = Instant.now().plusSeconds(900);
        backRoom.revoke(new Revocation.OfToken("jti-of-the-test", until));
        var told = heard(Kind.REVOKED, about("value", "jti-of-the-test"));
        assertThat(told.text("what")).contains("token");
        assertThat(told.detail().getLong("until")).isEqualTo(until.getEpochSecond());
        backRoom.revoke(new Revocation.OfClient(new ClientId("gone-app"), Instant.now(), until));
        assertThat(heard(Kind.REVOKED, about("value", "gone-app")).detail().getLong("before"))
                .isPositive();
    }

    @Test
    void of_a_key_that_signs_from_now_on() {
        backRoom.rotate();
        for (var key : backRoom.keys().keys())
            if (key.phase().name().equals("ACTIVE"))
                assertThat(heard(Kind.KEY_ROTATED, about("kid", key.kid())).text("algorithm"))
                        .contains(key.algorithm().wireName());
    }

    @Test
    void of_an_app_that_registers_and_leaves() {
        var made = gate.post(
                "/oauth/register", new JsonObject().put("redirect_uris", List.of("https://app.example/callback")));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        JsonObject app = new JsonObject(made.body());
        String id = app.getString("client_id");
        heard(Kind.CLIENT_CHANGED, about("client", id));
        int before = matching(Kind.CLIENT_CHANGED, about("client", id)).size();
        var gone = gate.ask(
                "DELETE",
                "/oauth/register/" + id,
                BodyPublishers.noBody(),
                "Authorization",
                "Bearer " + app.getString("registration_access_token"));
        assertThat(gone.statusCode()).isEqualTo(204);
        Within.asserted(SECOND, () -> assertThat(matching(Kind.CLIENT_CHANGED, about("client", id)))
                .hasSizeGreaterThan(before));
    }

    @Test
    void of_a_file_that_came_into_force_and_of_none_that_did_not() throws IOException {
        String file = Files.readString(gate.file());
        long before = count(Kind.CONFIG_RELOADED);
        Files.writeString(gate.file(), file + "languages: [de]\n");
        Within.asserted(Duration.ofSeconds(3), () -> assertThat(count(Kind.CONFIG_RELOADED))
                .isEqualTo(before + 1));
        Files.writeString(gate.file(), file + "languages: [xx]\n");
        Files.writeString(gate.file(), file + "languages: [en]\n");
        Within.asserted(Duration.ofSeconds(3), () -> assertThat(count(Kind.CONFIG_RELOADED))
                .isEqualTo(before + 2));
    }

    private static IdentityEvent heard(Kind kind, Predicate<IdentityEvent> one) {
        Within.asserted(SECOND, () -> assertThat(matching(kind, one)).isNotEmpty());
        return matching(kind, one).get(0);
    }

    private static List<IdentityEvent> matching(Kind kind, Predicate<IdentityEvent> one) {
        return HEARD.stream().filter(event -> event.kind() == kind).filter(one).toList();
    }

    private static long count(Kind kind) {
        return matching(kind, any -> true).size();
    }

    private static Predicate<IdentityEvent> about(String member, String value) {
        return event -> value.equals(event.detail().getString(member));
    }

    private static JsonObject claims(String token) {
        return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(token.split("\\.")[1])));
    }
}
