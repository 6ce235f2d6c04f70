package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TargetAddressesTest {
    private static final long REST = Duration.ofSeconds(10).toNanos();

    @Test
    void the_addresses_of_a_name_take_turns_and_change_when_the_name_does() throws Exception {
        var addresses = TargetAddresses.of(URI.create("http://orders.internal:9002"));
        assertThat(addresses.next(0)).as("until it has been looked up").isNull();

        InetAddress[] two = {address("10.0.0.1"), address("10.0.0.2")};
        addresses.lookUp(name -> two);
        assertThat(Stream.generate(() -> addresses.next(0)).limit(4))
                .containsExactly(at("10.0.0.1"), at("10.0.0.2"), at("10.0.0.1"), at("10.0.0.2"));
        assertThat(addresses.size()).isEqualTo(2);

        InetAddress[] another = {address("10.0.0.3")};
        addresses.lookUp(name -> another);
        assertThat(addresses.next(0)).isEqualTo(at("10.0.0.3"));
    }

    @Test
    void an_address_that_could_not_be_reached_is_passed_over_for_ten_seconds_unless_none_is_left() throws Exception {
        var addresses = TargetAddresses.of(URI.create("http://orders.internal:9002"));
        InetAddress[] two = {address("10.0.0.1"), address("10.0.0.2")};
        addresses.lookUp(name -> two);
        addresses.failed(at("10.0.0.1"), 0);
        assertThat(Stream.generate(() -> addresses.next(REST)).limit(4)).containsOnly(at("10.0.0.2"));
        assertThat(Stream.generate(() -> addresses.next(REST + 1)).limit(2))
                .containsExactlyInAnyOrder(at("10.0.0.1"), at("10.0.0.2"));

        addresses.failed(at("10.0.0.2"), 0);
        assertThat(Stream.generate(() -> addresses.next(0)).limit(2))
                .as("all are bad")
                .containsExactlyInAnyOrder(at("10.0.0.1"), at("10.0.0.2"));
        addresses.reached(at("10.0.0.2"));
        assertThat(Stream.generate(() -> addresses.next(0)).limit(4)).containsOnly(at("10.0.0.2"));
    }

    @Test
    void a_name_that_cannot_be_looked_up_keeps_its_addresses() throws Exception {
        var addresses = TargetAddresses.of(URI.create("http://orders.internal:9002"));
        InetAddress[] one = {address("10.0.0.1")};
        addresses.lookUp(name -> one);
        addresses.lookUp(name -> {
            throw new UnknownHostException(name);
        });
        assertThat(addresses.next(0)).isEqualTo(at("10.0.0.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.0.0.1:9002", "http://[::1]:9002", "unix:/run/orders.sock"})
    void an_address_is_not_looked_up(String url) {
        assertThat(TargetAddresses.of(URI.create(url)).isNamed()).isFalse();
    }

    private static InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.getByName(literal);
    }

    private static SocketAddress at(String host) {
        return SocketAddress.inetSocketAddress(9002, host);
    }
}
