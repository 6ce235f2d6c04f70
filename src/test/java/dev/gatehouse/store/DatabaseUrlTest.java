package dev.gatehouse.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatehouse.vocabulary.Secret;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DatabaseUrlTest {
    @Test
    void every_part_is_read_and_decoded() {
        PgConnectOptions options =
                parse("postgresql://gate%40house:p%40ss+w%2Frd@db_1.example.com:6543/house%20one?sslmode=require");
        assertThat(options.getUser()).isEqualTo("gate@house");
        assertThat(options.getPassword()).isEqualTo("p@ss+w/rd");
        assertThat(options.getHost()).isEqualTo("db_1.example.com");
        assertThat(options.getPort()).isEqualTo(6543);
        assertThat(options.getDatabase()).isEqualTo("house one");
        assertThat(options.getSslMode()).isEqualTo(SslMode.REQUIRE);
    }

    @Test
    void what_is_left_out_has_the_defaults_of_postgresql() {
        PgConnectOptions options = parse("postgres://gatehouse@localhost");
        assertThat(options.getPort()).isEqualTo(5432);
        assertThat(options.getDatabase()).isEqualTo("gatehouse");
        assertThat(options.getPassword()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "postgres://u@localhost/d, DISABLE",
        "postgres://u@127.0.0.1/d, DISABLE",
        "postgres://u@[::1]/d, DISABLE",
        "postgres://u@/d?host=/var/run/postgresql, DISABLE",
        "postgres://u@localhost/d?sslmode=prefer, PREFER",
        "postgres://u@db.example.com/d, VERIFY_FULL",
        "postgres://u@10.0.0.1/d, VERIFY_FULL",
        "postgres://u@db.example.com/d?sslmode=disable, DISABLE",
        "postgres://u@db.example.com/d?sslmode=verify-ca, VERIFY_CA"
    })
    void a_host_that_is_not_this_machine_is_verified_unless_the_address_says_otherwise(String url, SslMode mode) {
        assertThat(parse(url).getSslMode()).isEqualTo(mode);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hunter2",
                "mysql://u:hunter2@h/d",
                "postgres://u:hunter2@h@x/d",
                "postgres://u:hunter2/@h/d",
                "postgres://u:hunter2@h:99999/d",
                "postgres://u:hunter2@h:port/d",
                "postgres://u:hunter2%zz@h/d",
                "postgres://:hunter2@h/d",
                "postgres://u:hunter2@h1,h2/d",
                "postgres://u:hunter2@h/d?sslmode=hunter2",
                "postgres://u:hunter2@h/d?password=hunter2",
                "postgres://u:hunter2@h/d?sslmode=disable&sslmode=require",
                "postgres://u:hunter2@h/d?sslrootcert=/no/such/file",
                "postgres://u:hunter2@h/d#hunter2"
            })
    void a_bad_address_is_refused_without_repeating_it(String url) {
        var failure = catchThrowableOfType(StartFailure.class, () -> parse(url));
        assertThat(failure).isNotNull();
        assertThat(failure.getMessage()).doesNotContain("hunter2").contains("DATABASE_URL");
    }

    @Test
    void an_unknown_option_is_named() {
        assertThatThrownBy(() -> parse("postgres://u@h/d?ssl=true")).hasMessageContaining("option ssl");
    }

    private static PgConnectOptions parse(String url) {
        return DatabaseUrl.parse(new Secret(url));
    }
}
