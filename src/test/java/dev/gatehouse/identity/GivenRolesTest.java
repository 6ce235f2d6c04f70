package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class GivenRolesTest {
    private static final List<String> NONE = List.of();

    @Test
    void what_is_said_is_given_and_what_was_there_stays() {
        var roles = GivenRoles.of(List.of("customer"), NONE, NONE, List.of("support", "customer"));
        assertThat(roles.all()).containsExactly("customer", "support");
        assertThat(roles.given()).as("customer was there anyway").containsExactly("support");
        assertThat(roles.isNews(List.of("customer"))).isTrue();
    }

    @Test
    void what_is_said_no_longer_goes() {
        var roles = GivenRoles.of(List.of("customer", "support"), List.of("support"), NONE, NONE);
        assertThat(roles.all()).containsExactly("customer");
        assertThat(roles.given()).isEmpty();
    }

    @Test
    void what_another_provider_gives_stays_and_is_noted_for_both() {
        var roles = GivenRoles.of(List.of("support"), NONE, List.of("support"), List.of("support"));
        assertThat(roles.all()).containsExactly("support");
        assertThat(roles.given()).containsExactly("support");
        var gone = GivenRoles.of(List.of("support"), List.of("support"), List.of("support"), NONE);
        assertThat(gone.all()).containsExactly("support");
        assertThat(gone.isNews(List.of("support"))).isFalse();
    }

    @Test
    void another_order_is_no_news() {
        var roles = GivenRoles.of(List.of("support", "customer"), List.of("support"), NONE, List.of("support"));
        assertThat(roles.all()).containsExactly("customer", "support");
        assertThat(roles.isNews(List.of("support", "customer"))).isFalse();
    }
}
