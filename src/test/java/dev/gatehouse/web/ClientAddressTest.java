package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.vocabulary.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("class 38: whose word about an address counts")
final class ClientAddressTest {
    private static final List<Cidr> TRUSTED = List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8"));

    private static String client(String peer, String... forwardedFor) {
        return ClientAddress.of(Cidr.literal(peer), List.of(forwardedFor), TRUSTED)
                .getHostAddress();
    }

    static Stream<Arguments> ways() {
        return Stream.of(
                Arguments.of("a stranger speaks for nobody", "192.0.2.1", "198.51.100.9", "192.0.2.1"),
                Arguments.of("a trusted proxy without a word speaks for itself", "10.0.0.1", "", "10.0.0.1"),
                Arguments.of("a trusted proxy speaks for its caller", "10.0.0.1", "198.51.100.9", "198.51.100.9"),
                Arguments.of(
                        "what a caller put in front is not believed",
                        "10.0.0.1",
                        "127.0.0.1, 198.51.100.9",
                        "198.51.100.9"),
                Arguments.of("proxies in a row", "10.0.0.1", "198.51.100.9, 10.1.1.1, 10.2.2.2", "198.51.100.9"),
                Arguments.of("only proxies", "10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"),
                Arguments.of("nonsense ends the way", "10.0.0.1", "198.51.100.9, unknown", "10.0.0.1"),
                Arguments.of("nonsense behind a proxy ends it there", "10.0.0.1", "<script>, 10.2.2.2", "10.2.2.2"),
                Arguments.of("a name is never looked up", "10.0.0.1", "localhost", "10.0.0.1"),
                Arguments.of("a port is left out", "10.0.0.1", "198.51.100.9:4711", "198.51.100.9"),
                Arguments.of("IPv6", "fd00:0:0:0:0:0:0:1", "2001:db8::1", "2001:db8:0:0:0:0:0:1"),
                Arguments.of("IPv6 with a port", "10.0.0.1", "[2001:db8::1]:443", "2001:db8:0:0:0:0:0:1"),
                Arguments.of("an empty entry", "10.0.0.1", "198.51.100.9,", "10.0.0.1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void the_nearest_address_that_a_trusted_hop_vouches_for(String name, String peer, String field, String client) {
        assertThat(field.isEmpty() ? client(peer) : client(peer, field))
                .as(name)
                .isEqualTo(client);
    }

    @Test
    void several_fields_are_one_list() {
        assertThat(client("10.0.0.1", "198.51.100.9", "10.1.1.1")).isEqualTo("198.51.100.9");
        assertThat(client("10.0.0.1", "198.51.100.9, 203.0.113.4", "10.1.1.1")).isEqualTo("203.0.113.4");
    }

    @Test
    void the_way_has_a_bound() {
        String hops = "198.51.100.9" + ", 10.0.0.2".repeat(1000);
        assertThat(client("10.0.0.1", hops)).isEqualTo("10.0.0.2");
    }

    @Property
    boolean nothing_a_stranger_sends_moves_them(@ForAll String field) {
        InetAddress stranger = Cidr.literal("192.0.2.1");
        return ClientAddress.of(stranger, List.of(field), TRUSTED).equals(stranger);
    }

    @Property
    boolean what_stands_left_of_an_untrusted_hop_never_counts(@ForAll String before) {
        return client("10.0.0.1", before + ",198.51.100.9").equals("198.51.100.9");
    }

    @Test
    void no_length_of_list_is_too_long_to_refuse() {
        String[] fields = IntStream.range(0, 5000).mapToObj(i -> "x").toArray(String[]::new);
        assertThat(client("10.0.0.1", fields)).isEqualTo("10.0.0.1");
    }
}
