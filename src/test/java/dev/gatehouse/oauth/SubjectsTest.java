package dev.gatehouse.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.clients.Client;
import dev.gatehouse.signin.Secrets;
import dev.gatehouse.signin.Secrets.Purpose;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.UserId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SubjectsTest {
    private static final UserId ALICE = new UserId("alice-id");

    private final Subjects subjects = new Subjects(new Secrets(Map.of(Purpose.PAIRWISE, new byte[32])));

    @Test
    @DisplayName("OpenID Connect Core §8: a public subject is the account's id")
    void a_public_subject_is_the_accounts_id() {
        assertThat(subjects.of(client("web", Client.Subjects.PUBLIC), ALICE)).isEqualTo("alice-id");
    }

    @Test
    @DisplayName(
            "OpenID Connect Core §8.1: clients of one sector know a person by one subject, those of another by another")
    void a_pairwise_subject_differs_from_sector_to_sector() {
        String here = subjects.of(client("one", sector("app.example")), ALICE);
        String there = subjects.of(client("two", sector("other.example")), ALICE);
        assertThat(here).isEqualTo(subjects.of(client("three", sector("app.example")), ALICE));
        assertThat(here).isNotEqualTo(there).isNotEqualTo("alice-id").hasSize(43);
    }

    @Test
    @DisplayName("OpenID Connect Core §8.1: a pairwise subject cannot be made without the server's secret")
    void a_pairwise_subject_depends_on_the_secret() {
        var other = new Subjects(new Secrets(Map.of(Purpose.PAIRWISE, new byte[] {1})));
        Client client = client("one", sector("app.example"));
        assertThat(subjects.of(client, ALICE)).isNotEqualTo(other.of(client, ALICE));
    }

    private static Client.Subjects sector(String host) {
        return new Client.Subjects(Optional.of(host));
    }

    private static Client client(String id, Client.Subjects of) {
        return new Client(
                new ClientId(id),
                Client.Origin.FILE,
                Optional.empty(),
                Client.Shown.NOTHING,
                List.of(),
                List.of(),
                Set.of(),
                Client.Proof.NONE,
                Scopes.parse(""),
                Client.Demands.USUAL,
                Client.Signing.USUAL,
                of,
                Client.Consent.FIRST_PARTY,
                Client.Defaults.NONE,
                Client.LogoutNotice.NONE,
                Client.Exchange.NONE);
    }
}
