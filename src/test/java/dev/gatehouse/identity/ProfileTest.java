package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProfileTest {
    private static final JsonObject EMPTY = new JsonObject();

    @Test
    @DisplayName("OpenID Connect Core §5.1, §5.4: each scope asks for its claims and for no other")
    void each_scope_asks_for_its_claims() {
        assertThat(names("profile"))
                .containsExactlyInAnyOrder(
                        "name",
                        "given_name",
                        "family_name",
                        "middle_name",
                        "nickname",
                        "preferred_username",
                        "profile",
                        "picture",
                        "website",
                        "gender",
                        "birthdate",
                        "zoneinfo",
                        "locale",
                        "updated_at");
        assertThat(names("email")).containsExactlyInAnyOrder("email", "email_verified");
        assertThat(names("address")).containsExactly("address");
        assertThat(names("phone")).containsExactlyInAnyOrder("phone_number", "phone_number_verified");
        assertThat(names("openid")).isEmpty();
    }

    @Test
    @DisplayName("OpenID Connect Core §5.3.2: a claim without a value is left out, not null")
    void what_is_not_known_is_left_out() {
        var nobody = new Profile(new UserId("u"), "zoe", Optional.empty(), true, Map.of(), Instant.ofEpochSecond(7));
        assertThat(nobody.claims(List.of(StandardClaim.values())))
                .isEqualTo(new JsonObject().put("preferred_username", "zoe").put("updated_at", 7L));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    given_name,   Zoë
                    birthdate,    1984-05-17
                    birthdate,    0000-02-29
                    birthdate,    1984
                    zoneinfo,     Europe/Paris
                    locale,       fr-CA
                    website,      https://zoe.example/about?x=1
                    phone_number, +1 (425) 555-1212
                    phone_number, +16045551234;ext=5678
                    """)
    void what_a_claim_can_be_is_kept(String claim, String value) {
        assertThat(Profile.changed(EMPTY, Map.of(claim, value), Set.of()).getValue(claim))
                .isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    given_name,            ' '
                    birthdate,             17.05.1984
                    birthdate,             1984-02-30
                    zoneinfo,              Paris
                    locale,                no_such_locale_at_all
                    website,               http://zoe.example
                    website,               javascript:alert(1)
                    picture,               https://user:secret@zoe.example/
                    phone_number,          0170189900
                    phone_number_verified, perhaps
                    address,               Paris
                    address.planet,        Earth
                    sub,                   somebody-else
                    email,                 zoe@example.com
                    email_verified,        true
                    updated_at,            0
                    roles,                 admin
                    """)
    void what_it_cannot_be_is_refused(String claim, String value) {
        assertThatThrownBy(() -> Profile.changed(EMPTY, Map.of(claim, value), Set.of()))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void every_value_has_a_bound() {
        assertThat(Profile.changed(EMPTY, Map.of("nickname", "x".repeat(255)), Set.of()))
                .isNotEmpty();
        assertThatThrownBy(() -> Profile.changed(EMPTY, Map.of("nickname", "x".repeat(256)), Set.of()))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void parts_of_an_address_come_and_go_alone() {
        var before = Profile.changed(
                EMPTY, Map.of("address.locality", "Paris", "address.street_address", "1 rue X\nEsc. B"), Set.of());
        assertThat(before.getJsonObject("address").fieldNames())
                .containsExactlyInAnyOrder("locality", "street_address");
        var after = Profile.changed(before, Map.of(), Set.of("address.street_address"));
        assertThat(after).isEqualTo(EMPTY.copy().put("address", new JsonObject().put("locality", "Paris")));
        assertThat(Profile.changed(after, Map.of(), Set.of("address.locality"))).isEqualTo(EMPTY);
        assertThat(before.getJsonObject("address").size()).isEqualTo(2);
    }

    @Test
    void a_new_number_has_not_been_verified() {
        var verified = Profile.changed(
                EMPTY, Map.of("phone_number", "+33 170189900", "phone_number_verified", "true"), Set.of());
        assertThat(verified.getBoolean("phone_number_verified")).isTrue();
        assertThat(Profile.changed(verified, Map.of("phone_number", "+33 170189901"), Set.of())
                        .containsKey("phone_number_verified"))
                .isFalse();
    }

    private static List<String> names(String scope) {
        return StandardClaim.askedBy(Scopes.parse(scope)).stream()
                .map(StandardClaim::claim)
                .toList();
    }
}
