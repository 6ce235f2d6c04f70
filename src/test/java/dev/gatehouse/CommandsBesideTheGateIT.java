package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Premises.Ended;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody types while the gate is open is true there at once. */
final class CommandsBesideTheGateIT {
    /** CONTRACT: revocation reaches other nodes, and so a command's gate, within 1 s. */
    private static final Duration HEARD = Duration.ofSeconds(1);

    @TempDir
    static Path folder;

    private static Backend backend;
    private static Premises premises;
    private static GateProcess gate;

    @BeforeAll
    static void open() {
        backend = Backend.named("api");
        premises = Premises.in(
                folder,
                """
                listen: 127.0.0.1:%d
                admin: 127.0.0.1:0
                apis: {api: {path: /, upstream: "%s", routes: {GET /who: login, GET /staff: role staff}}}
                """
                        .formatted(Ports.free(), backend.url()));
        gate = premises.open("run");
    }

    @AfterAll
    static void close() {
        gate.close();
        backend.close();
    }

    @Test
    void a_person_who_is_added_signs_in_and_one_who_is_locked_is_out_within_a_second() {
        done(premises.tell(Door.PASSWORD + "\n", "user", "add", "grace", "--stdin", "--role", "staff"));
        String token = gate.token("grace");
        assertThat(gate.getAs(token, "/staff").statusCode()).isEqualTo(200);

        assertThat(done(premises.run("user", "lock", "grace")).out())
                .contains("grace is locked and signed out everywhere");
        Within.holds(HEARD, () -> status(token) == 401);
        assertThat(gate.post("/login", new JsonObject().put("username", "grace").put("password", Door.PASSWORD))
                        .statusCode())
                .isNotEqualTo(200);

        done(premises.run("user", "unlock", "grace"));
        assertThat(status(token)).as("what was revoked stays so").isEqualTo(401);
        assertThat(status(gate.token("grace"))).isEqualTo(200);
    }

    @Test
    void a_person_who_is_revoked_is_signed_out_within_a_second_and_may_sign_in_again() {
        gate.register("joan");
        JsonObject joan = gate.login("joan");
        String token = joan.getString("access_token");
        assertThat(status(token)).isEqualTo(200);

        done(premises.run("user", "revoke", "joan"));
        Within.holds(HEARD, () -> status(token) == 401);
        assertThat(gate.refresh(joan.getString("refresh_token")).statusCode()).isEqualTo(400);
        assertThat(status(gate.token("joan"))).isEqualTo(200);
    }

    @Test
    void a_token_that_is_revoked_counts_no_more_and_others_of_the_person_do() {
        gate.register("hedy");
        String lost = gate.token("hedy");
        String other = gate.token("hedy");
        assertThat(status(lost)).isEqualTo(200);

        assertThat(done(premises.tell(lost + "\n", "token", "revoke", "--stdin"))
                        .out())
                .contains("is revoked");
        Within.holds(HEARD, () -> status(lost) == 401);
        assertThat(status(other)).isEqualTo(200);
    }

    @Test
    void keys_that_are_rotated_sign_within_a_second_and_the_old_ones_still_count() {
        gate.register("mary");
        String before = gate.token("mary");
        Set<String> known = kids();

        done(premises.run("key", "rotate"));
        Within.holds(HEARD, () -> !kids().equals(known));
        assertThat(kids()).as("old keys stay published").containsAll(known);
        assertThat(status(before)).isEqualTo(200);
        Within.holds(HEARD, () -> !kid(gate.token("mary")).equals(kid(before)));
        assertThat(status(gate.token("mary"))).isEqualTo(200);
    }

    private static Ended done(Ended command) {
        assertThat(command.status()).as(command.err()).isZero();
        assertThat(command.err()).isEmpty();
        return command;
    }

    private static int status(String token) {
        return gate.getAs(token, "/who").statusCode();
    }

    private static Set<String> kids() {
        JsonArray keys = new JsonObject(gate.get("/oauth/jwks").body()).getJsonArray("keys");
        return keys.stream().map(key -> ((JsonObject) key).getString("kid")).collect(Collectors.toSet());
    }

    private static String kid(String token) {
        byte[] header = Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.')));
        return new JsonObject(new String(header, StandardCharsets.UTF_8)).getString("kid");
    }
}
