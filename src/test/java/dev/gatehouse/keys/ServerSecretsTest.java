package dev.gatehouse.keys;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.store.Database;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ServerSecretsTest {
    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    @Test
    void nodes_that_ask_at_once_agree_and_a_restart_changes_nothing() {
        var nodes = IntStream.range(0, 3)
                .mapToObj(i -> secrets(db.another(), new byte[32]))
                .toList();
        var asked = nodes.stream().map(node -> node.named("refresh")).toList();
        await(Future.join(asked));
        for (var each : asked)
            assertThat(each.result()).hasSize(32).isEqualTo(asked.get(0).result());
        assertThat(await(secrets(db.database(), new byte[32]).named("refresh")))
                .isEqualTo(asked.get(0).result());
    }

    @Test
    void each_name_has_a_secret_of_its_own() {
        var secrets = secrets(db.database(), new byte[32]);
        assertThat(await(secrets.named("one"))).isNotEqualTo(await(secrets.named("two")));
    }

    @Test
    void another_master_key_gets_nothing() {
        await(secrets(db.database(), new byte[32]).named("refresh"));
        byte[] other = new byte[32];
        other[31] = 1;
        assertThatThrownBy(() -> await(secrets(db.database(), other).named("refresh")))
                .hasMessageContaining("does not open");
    }

    private static ServerSecrets secrets(Database database, byte[] master) {
        return new ServerSecrets(database, new KeyWrapping(master, new SecureRandom()), new SecureRandom());
    }
}
