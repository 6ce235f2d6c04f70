package dev.gatehouse.demo;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.PasswordHasher;
import dev.gatehouse.identity.Profiles;
import dev.gatehouse.identity.StandardClaim;
import dev.gatehouse.identity.Username;
import dev.gatehouse.ops.Banner.FirstPassword;
import dev.gatehouse.store.TestDatabase;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DemoPeopleTest {
    @RegisterExtension
    final TestDatabase database = new TestDatabase();

    @Test
    void passwords_are_told_at_the_first_start_and_never_again() {
        var random = new SecureRandom();
        var accounts = new Accounts(
                database.database(),
                new AuditTrail(database.database()),
                new PasswordHasher(database.vertx(), random),
                told -> {},
                random);
        var profiles = new Profiles(database.database(), new AuditTrail(database.database()));
        var people = new DemoPeople(accounts, profiles, random);

        var first = await(people.settle());
        assertThat(first).extracting(FirstPassword::username).containsExactly("alice", "bob", "admin");
        assertThat(first).extracting(FirstPassword::password).doesNotHaveDuplicates();
        assertThat(await(accounts.find(new Username("bob"))).orElseThrow().roles())
                .containsExactly("support");
        assertThat(await(people.settle())).isEmpty();
        assertThat(await(profiles.find(new Username("alice")))
                        .orElseThrow()
                        .claims(List.of(StandardClaim.values()))
                        .fieldNames())
                .as("there is something to see in every claim")
                .hasSize(StandardClaim.values().length);
    }
}
