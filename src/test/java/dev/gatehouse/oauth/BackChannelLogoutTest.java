package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.Username;
import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.outbound.NoWayOut;
import dev.gatehouse.store.Notices;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class BackChannelLogoutTest {
    private static final String PASSWORD = "zebra lamp forty";
    private static final String SETTINGS =
            """
            url: http://localhost:8080
            scopes: { "data:read": See your data }
            clients:
              shop:
                type: web
                secret: shop-secret-shop-secret
                redirect: [https://shop.example/callback]
                backchannel_logout: https://shop.example/backchannel
                id_token: ES256
              paired:
                type: web
                secret: paired-secret-paired-secret
                subject: pairwise
                redirect: [https://paired.example/callback]
                backchannel_logout: https://paired.example/backchannel
            """;

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;

    /** Somebody's server, as far as we see it. */
    private record Told(URI where, JsonObject token) {}

    private final List<Told> told = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void open() {
        house = node();
        house.has("alice", PASSWORD);
    }

    @Test
    @DisplayName(
            "OpenID Connect Back-Channel Logout §2.4, §2.5: every client of the session hears of it once, in a token of its own")
    void every_client_of_the_session_hears_of_it() {
        JsonObject login = signedInWith("shop", "paired");
        house.logout(login.getString("access_token"));
        await(round(house));
        assertThat(told)
                .extracting(each -> each.where().toString())
                .containsExactlyInAnyOrder("https://shop.example/backchannel", "https://paired.example/backchannel");
        JsonObject shop = toldTo("https://shop.example/backchannel");
        String account = house.sql("SELECT id FROM account").get(0).getString("id");
        assertThat(shop.getString("iss")).isEqualTo(TestHouse.URL);
        assertThat(shop.getString("aud")).isEqualTo("shop");
        assertThat(shop.getString("sub")).isEqualTo(account);
        assertThat(shop.getString("sid")).isNotBlank();
        assertThat(shop.getString("jti")).isNotBlank();
        assertThat(shop.getLong("exp")).isGreaterThan(Instant.now().getEpochSecond());
        assertThat(shop.getJsonObject("events"))
                .isEqualTo(
                        new JsonObject().put("http://schemas.openid.net/event/backchannel-logout", new JsonObject()));
        assertThat(shop.containsKey("nonce")).isFalse();
        var paired = await(house.house.clients().find(new ClientId("paired"))).orElseThrow();
        assertThat(toldTo("https://paired.example/backchannel").getString("sub"))
                .isEqualTo(new Subjects(house.house).of(paired, new UserId(account)))
                .isNotEqualTo(account);
        await(round(house));
        assertThat(told).as("once").hasSize(2);
        assertThat(waiting()).isZero();
    }

    @Test
    @DisplayName(
            "Back-Channel Logout §2.7: a session that is ended by an operator or by a stolen refresh token is told of too")
    void however_a_session_ends_it_is_told() {
        signedInWith("shop");
        await(house.accounts.lock(new Username("alice"), By.SYSTEM));
        assertThat(waiting()).isEqualTo(1);
        await(house.accounts.unlock(new Username("alice"), By.SYSTEM));
        JsonObject login = signedInWith("shop");
        String stolen = login.getString("refresh_token");
        house.refresh(json(house.refresh(stolen)).getString("refresh_token"));
        house.refresh(stolen);
        assertThat(waiting()).isEqualTo(2);
    }

    @Test
    @DisplayName("what is to be told survives a restart, and one of two nodes tells it")
    void what_is_to_be_told_survives_a_restart() {
        JsonObject login = signedInWith("shop");
        house.outbound = new NoWayOut();
        house.logout(login.getString("access_token"));
        var one = node();
        var two = node();
        await(Future.all(round(one), round(two)));
        assertThat(told).hasSize(1);
    }

    @Test
    @DisplayName("a node that starts begins with what is left, and the database tells it of what comes")
    void a_node_that_starts_tells_at_once() {
        JsonObject login = signedInWith("shop");
        JsonObject later = signedInWith("shop");
        house.logout(login.getString("access_token"));
        Promise<Void> first = Promise.promise();
        Promise<Void> second = Promise.promise();
        var starting = node();
        starting.outbound = answering(() -> {
            if (!first.tryComplete()) second.tryComplete();
            return 200;
        });
        var notices = Notices.open(starting.database);
        var deliverer = new BackChannelLogout(starting.house, new Subjects(starting.house));
        deliverer.start(notices);
        await(first.future());
        starting.logout(later.getString("access_token"));
        await(second.future());
        await(deliverer.close());
        await(notices.close());
        assertThat(told).hasSize(2);
    }

    @Test
    @DisplayName(
            "Back-Channel Logout §2.8: no answer is asked for again later, ever more rarely, and given up in the end")
    void without_an_answer_it_is_tried_again_and_given_up() {
        JsonObject login = signedInWith("shop");
        house.outbound = answering(() -> 503);
        house.logout(login.getString("access_token"));
        for (int attempt = 1; attempt < BackChannelLogout.MOST_ATTEMPTS; attempt++) {
            await(round(house));
            assertThat(told).hasSize(attempt);
            await(round(house));
            assertThat(told).as("not before it is due").hasSize(attempt);
            assertThat(house.sql("SELECT 1 FROM logout_delivery WHERE due_at > now() + interval '15 seconds'"))
                    .hasSize(1);
            house.sql("UPDATE logout_delivery SET due_at = now()");
        }
        await(round(house));
        assertThat(waiting()).isZero();
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'logout_untold'"))
                .hasSize(1);
    }

    @Test
    @DisplayName("Back-Channel Logout §2.8: 204 is as good as 200; 400 is a no that stays one")
    void a_no_is_final() {
        JsonObject first = signedInWith("shop");
        house.outbound = answering(() -> 204);
        house.logout(first.getString("access_token"));
        await(round(house));
        assertThat(waiting()).isZero();
        JsonObject second = signedInWith("shop");
        house.outbound = answering(() -> 400);
        house.logout(second.getString("access_token"));
        await(round(house));
        assertThat(waiting()).isZero();
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'logout_untold'"))
                .hasSize(1);
    }

    @Test
    void a_client_that_is_gone_or_does_not_listen_is_forgotten() {
        JsonObject login = signedInWith("nobody");
        house.logout(login.getString("access_token"));
        await(round(house));
        assertThat(told).isEmpty();
        assertThat(waiting()).isZero();
    }

    @Test
    void hundreds_are_told_in_one_round_a_few_at_a_time() {
        house.sql(
                """
                INSERT INTO logout_delivery (client_id, account_id, session_id, expires_at)
                SELECT 'shop', 'somebody', 'session-' || n, now() + interval '1 hour' FROM generate_series(1, 100) n
                """);
        await(round(house));
        assertThat(told).hasSize(100);
    }

    private TestHouse node() {
        var node = new TestHouse(db, db.another());
        node.config = TestYaml.config(SETTINGS);
        node.outbound = answering(() -> 200);
        return node;
    }

    private JsonObject signedInWith(String... clients) {
        JsonObject login = json(house.login("alice", PASSWORD));
        String session = house.sql("SELECT id FROM session WHERE ended_at IS NULL ORDER BY made_at DESC LIMIT 1")
                .get(0)
                .getString("id");
        for (String client : clients)
            house.sql("INSERT INTO session_client (session_id, client_id) VALUES ($1, $2)", session, client);
        return login;
    }

    private static Future<Void> round(TestHouse node) {
        return new BackChannelLogout(node.house, new Subjects(node.house)).round();
    }

    private int waiting() {
        return house.sql("SELECT 1 FROM logout_delivery").size();
    }

    private JsonObject toldTo(String where) {
        return told.stream()
                .filter(each -> each.where().toString().equals(where))
                .findFirst()
                .orElseThrow()
                .token();
    }

    private GuardedClient answering(IntSupplier status) {
        return new Receiver(status);
    }

    /** Takes what is posted; nothing else is asked of it. */
    private final class Receiver extends NoWayOut {
        private final IntSupplier status;

        Receiver(IntSupplier status) {
            this.status = status;
        }

        @Override
        public Future<Fetched> postForm(URI url, Map<String, String> form) {
            assertThat(form).containsOnlyKeys("logout_token");
            var token = house.tokens.own(form.get("logout_token"), "logout+jwt").orElseThrow();
            told.add(new Told(url, new JsonObject(token.claims())));
            return Future.succeededFuture(new Fetched(status.getAsInt(), Map.of(), Buffer.buffer()));
        }
    }
}
