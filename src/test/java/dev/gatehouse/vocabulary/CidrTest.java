package dev.gatehouse.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.20.0.0/16, 10.20.255.255, true",
        "10.20.0.0/16, 10.21.0.0, false",
        "0.0.0.0/0, 192.0.2.1, true",
        "0.0.0.0/0, ::1, false",
        "10.0.0.0/9, 10.127.0.1, true",
        "10.0.0.0/9, 10.128.0.1, false",
        "fd00::/8, fdff::1, true",
        "fd00::/8, fe00::1, false",
        "::1, ::1, true"
    })
    void a_network_contains_its_addresses(String network, String address, boolean inside) {
        assertThat(Cidr.parse(network).contains(Cidr.literal(address))).isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "256.1.1.1",
                "1.2.3",
                "01.2.3.4",
                "localhost",
                "a.b",
                "1:2",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/08",
                "10.0.0.1/8",
                "::/129",
                "fe80::1%eth0",
                "1.2.3.4/-1"
            })
    void these_are_no_networks(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void what_is_printed_reads_as_the_same_network(
            @ForAll @Size(16) byte[] octets, @ForAll @IntRange(max = 128) int prefix) throws Exception {
        for (int i = 0; i < 16; i++) {
            int keep = Math.min(8, Math.max(0, prefix - i * 8));
            octets[i] &= (byte) (0xff << (8 - keep));
        }
        if (InetAddress.getByAddress(octets).getAddress().length == 4) return;
        var network = new Cidr(InetAddress.getByAddress(octets), prefix);
        assertThat(Cidr.parse(network.toString())).isEqualTo(network);
    }
}
