package dev.gatehouse.keys;

import static dev.gatehouse.keys.JwsAlgorithm.EDDSA;
import static dev.gatehouse.keys.JwsAlgorithm.ES256;
import static dev.gatehouse.keys.JwsAlgorithm.RS256;
import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.store.Database;
import dev.gatehouse.store.Notices;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class KeysTest {
    private static final byte[] TEXT = {1, 2, 3};
    private static final KeyRotation ON_DEMAND =
            new KeyRotation(List.of(ES256, EDDSA), Optional.empty(), Duration.ofDays(7), Duration.ofMinutes(10));

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private final Signatures signatures = new Signatures(CryptoProvider.fastest());
    private final List<Runnable> closing = new ArrayList<>();
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @AfterEach
    void close() {
        closing.forEach(Runnable::run);
    }

    @Test
    void the_first_start_makes_a_key_of_each_algorithm_and_soon_the_next_ones() {
        var keys = unstarted(db.another());
        await(keys.settings(
                new KeyRotation(List.of(ES256, RS256), Optional.empty(), Duration.ofDays(7), Duration.ofMinutes(10))));
        await(keys.start(notices(db.another())));
        assertThat(keys.ring().active(ES256)).isPresent();
        assertThat(keys.ring().active(RS256)).isPresent();
        assertThat(keys.ring().preferred()).isEqualTo(ES256);
        awaitKeys(keys, 4);
    }

    @Test
    void a_restart_finds_the_same_keys_and_they_sign() {
        var first = node();
        awaitKeys(first, 4);
        var second = node();
        assertThat(second.ring().jwks()).isEqualTo(first.ring().jwks());
        for (var algorithm : List.of(ES256, EDDSA)) {
            byte[] signature = signatures.sign(second.ring().active(algorithm).orElseThrow(), TEXT);
            var known = first.ring()
                    .find(second.ring().active(algorithm).orElseThrow().kid(), algorithm);
            assertThat(signatures.verify(known, algorithm, TEXT, signature)).isTrue();
        }
    }

    @Test
    void nodes_that_start_at_once_agree_on_the_active_keys() {
        var nodes = List.of(unstarted(db.another()), unstarted(db.another()), unstarted(db.another()));
        await(Future.join(
                nodes.stream().map(node -> node.start(notices(db.another()))).toList()));
        nodes.forEach(node -> await(node.refresh()));
        for (var algorithm : List.of(ES256, EDDSA)) {
            assertThat(nodes.stream()
                            .map(node ->
                                    node.ring().active(algorithm).orElseThrow().kid())
                            .distinct())
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName("RFC 7518 §3.1, RFC 8037 §3.1: keys of every algorithm rotate, sign and are published with their alg")
    void keys_of_every_algorithm_go_through_their_life() {
        var keys = unstarted(db.database());
        await(keys.settings(new KeyRotation(
                List.of(JwsAlgorithm.values()), Optional.empty(), Duration.ofDays(7), Duration.ofMinutes(10))));
        await(keys.start(notices(db.database())));
        awaitKeys(keys, 8);
        var before = keys.ring();
        var after = await(keys.rotate());
        for (var algorithm : JwsAlgorithm.values()) {
            var active = after.active(algorithm).orElseThrow();
            assertThat(active.kid())
                    .isNotEqualTo(before.active(algorithm).orElseThrow().kid());
            byte[] signature = signatures.sign(active, TEXT);
            assertThat(signatures.verify(after.find(active.kid(), algorithm), algorithm, TEXT, signature))
                    .isTrue();
            assertThat(after.jwks().toString()).contains("\"alg\":\"" + algorithm.wireName() + '"');
        }
    }

    @Test
    @DisplayName("JW02 after rotation the old key is still published, and the new one was before")
    void rotation_promotes_the_published_key_and_keeps_the_old_one() {
        var keys = node();
        awaitKeys(keys, 4);
        var before = keys.ring();
        var after = await(keys.rotate());
        var old = before.active(ES256).orElseThrow();
        var promoted = after.active(ES256).orElseThrow();
        assertThat(before.named(promoted.kid()))
                .hasValueSatisfying(key -> assertThat(key.phase()).isEqualTo(KeyPhase.NEXT));
        assertThat(after.named(old.kid()))
                .hasValueSatisfying(key -> assertThat(key.phase()).isEqualTo(KeyPhase.RETIRED));
        assertThat(after.named(old.kid()).orElseThrow().verification())
                .as("what is prepared for a key stays good")
                .isSameAs(old.verification());
        assertThat(after.named(old.kid()).orElseThrow().times().gone()).contains(ON_DEMAND.goneAfter(now));
        assertThat(after.keys()).hasSize(6);
    }

    @Test
    void other_nodes_sign_with_the_new_key_within_a_second() {
        var one = node();
        awaitKeys(one, 4);
        var other = node();
        var rotated = await(one.rotate());
        await().atMost(Duration.ofSeconds(5)).until(() -> other.ring()
                .active(ES256)
                .orElseThrow()
                .kid()
                .equals(rotated.active(ES256).orElseThrow().kid()));
    }

    @Test
    void of_two_nodes_that_rotate_at_once_every_algorithm_has_one_active_key() {
        var one = node();
        awaitKeys(one, 4);
        var other = node();
        await(Future.join(one.rotate(), other.rotate()));
        await(one.refresh());
        await(other.refresh());
        assertThat(one.ring().jwks()).isEqualTo(other.ring().jwks());
        assertThat(one.ring().keys())
                .filteredOn(key -> key.phase() == KeyPhase.ACTIVE)
                .hasSize(2);
        assertThat(one.ring().keys())
                .filteredOn(key -> key.phase() == KeyPhase.NEXT)
                .hasSize(2);
    }

    @Test
    void rotation_works_before_there_is_a_next_key_and_from_the_command_line_beside_a_running_gate() {
        var gate = node();
        var before = gate.ring().active(ES256).orElseThrow();
        var commandLine = unstarted(db.another());
        var after = await(commandLine.rotate());
        assertThat(after.active(ES256).orElseThrow().kid()).isNotEqualTo(before.kid());
        await(gate.refresh());
        assertThat(gate.ring().active(ES256).orElseThrow().kid())
                .isEqualTo(after.active(ES256).orElseThrow().kid());
        assertThat(gate.ring().named(before.kid())).isPresent();
    }

    @Test
    void rotating_twice_at_once_on_one_node_leaves_a_working_ring() {
        var keys = node();
        awaitKeys(keys, 4);
        await(Future.join(keys.rotate(), keys.rotate()));
        assertThat(keys.ring().active(ES256)).isPresent();
        assertThat(keys.ring().active(EDDSA)).isPresent();
    }

    @Test
    void a_retired_key_leaves_the_house_when_its_time_has_come() {
        var keys = node();
        awaitKeys(keys, 4);
        var old = keys.ring().active(ES256).orElseThrow();
        await(keys.rotate());
        now = ON_DEMAND.goneAfter(now);
        var restarted = node();
        awaitKeys(restarted, 4);
        assertThat(restarted.ring().named(old.kid())).isEmpty();
    }

    @Test
    void an_algorithm_added_later_gets_its_key_before_it_is_used() {
        var keys = node();
        var changed =
                new KeyRotation(List.of(RS256, ES256), Optional.empty(), Duration.ofDays(7), Duration.ofMinutes(10));
        await(keys.settings(changed));
        assertThat(keys.ring().preferred()).isEqualTo(RS256);
        assertThat(keys.ring().active(RS256)).isPresent();
    }

    @Test
    void private_keys_are_not_readable_in_the_database() {
        node();
        var rows = await(db.database().query("SELECT wrapped_key FROM signing_key", Tuple.tuple()));
        for (var row : rows) {
            assertThat(new String(
                            row.getBuffer("wrapped_key").getBytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain("\u0006\u0007*\u0086H\u00ce=\u0002\u0001")
                    .doesNotContain("\u0006\t*\u0086H\u0086\u00f7\r\u0001\u0001\u0001");
        }
    }

    private Keys node() {
        var keys = unstarted(db.another());
        await(keys.start(notices(db.another())));
        return keys;
    }

    private Keys unstarted(Database database) {
        var wrapping = new KeyWrapping(new byte[32], new SecureRandom());
        var keys = new Keys(db.vertx(), database, wrapping, signatures, ON_DEMAND, () -> now);
        closing.add(keys::close);
        return keys;
    }

    private Notices notices(Database database) {
        var notices = Notices.open(database);
        closing.add(() -> await(notices.close()));
        return notices;
    }

    private static void awaitKeys(Keys keys, int number) {
        await().atMost(Duration.ofSeconds(20)).until(() -> keys.ring().keys().size() == number);
    }
}
