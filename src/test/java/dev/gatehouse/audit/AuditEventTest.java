package dev.gatehouse.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class AuditEventTest {
    @Test
    void the_kinds_of_events_are_words_that_readers_rely_on() {
        assertThat(events().map(Class::getSimpleName))
                .containsExactlyInAnyOrder(
                        "AccountMade",
                        "AccountChanged",
                        "AccountExported",
                        "AccountDeleted",
                        "AccountsImported",
                        "SetupLinkMade",
                        "PersonInvited",
                        "TermsAccepted",
                        "SecondFactorSet",
                        "SecondFactorRemoved",
                        "RecoveryCodesMade",
                        "RecoveryCodeUsed",
                        "PasskeyAdded",
                        "PasskeyRemoved",
                        "PasskeyCountedBack",
                        "ProviderLinked",
                        "ProviderUnlinked",
                        "LoggedIn",
                        "LoginFailed",
                        "LoggedOut",
                        "LogoutUntold",
                        "MailUnsent",
                        "GrantGiven",
                        "GrantDenied",
                        "GrantTakenBack",
                        "RefreshReused",
                        "CodeReused",
                        "TokensIssued",
                        "TokenExchanged",
                        "DeviceDecided",
                        "Revoked",
                        "KeyRotated",
                        "ClientMade",
                        "ClientChanged",
                        "ClientDeleted",
                        "ClientInvited",
                        "ConfigReloaded");
        assertThat(new AuditEvent.ConfigReloaded("f").kind()).isEqualTo("config_reloaded");
        assertThat(new AuditEvent.KeyRotated("ES256", "k", Source.CLI).kind()).isEqualTo("key_rotated");
        assertThat(new AuditEvent.Revoked("token", "jti", Optional.empty(), Source.CLI).kind())
                .isEqualTo("revoked");
    }

    @Test
    void no_event_has_room_for_a_secret() {
        assertThat(events().map(Class::getRecordComponents)
                        .flatMap(Arrays::stream)
                        .map(RecordComponent::getName))
                .noneMatch(name -> name.matches("(?i).*(password|secret|token|cookie).*"));
    }

    private static Stream<Class<?>> events() {
        return kinds(AuditEvent.class).distinct();
    }

    private static Stream<Class<?>> kinds(Class<?> of) {
        return of.isRecord()
                ? Stream.of(of)
                : Arrays.stream(of.getPermittedSubclasses()).flatMap(AuditEventTest::kinds);
    }
}
