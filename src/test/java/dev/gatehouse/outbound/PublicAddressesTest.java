package dev.gatehouse.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PublicAddressesTest {
    @ParameterizedTest
    @DisplayName(
            "RG03 addresses of this machine, of private networks, of clouds and of documents are not public (RFC 6890)")
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.100.100.200",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.0.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.255.255.250",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:a9fe:a9fe",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:0:7f00:1::1",
                "2001:2::1",
                "2001:10::1",
                "2001:20::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "2002:a9fe:a9fe::1",
                "3fff::1",
                "5f00::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                "ff02::1"
            })
    void these_are_not_public(String address) throws UnknownHostException {
        assertThat(PublicAddresses.includes(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2001:200::1",
                "2606:4700::1111",
                "2a00:1450::1"
            })
    void these_are_public(String address) throws UnknownHostException {
        assertThat(PublicAddresses.includes(InetAddress.getByName(address))).isTrue();
    }

    @Property
    boolean whatever_the_jdk_calls_special_is_not_public(@ForAll @Size(4) byte[] four) throws UnknownHostException {
        var address = InetAddress.getByAddress(four);
        return !special(address) || !PublicAddresses.includes(address);
    }

    @Property
    boolean no_ipv6_address_outside_of_what_is_handed_out_is_public(@ForAll @Size(16) byte[] sixteen)
            throws UnknownHostException {
        var address = InetAddress.getByAddress(sixteen);
        boolean handedOut = (sixteen[0] & 0xe0) == 0x20;
        return address.getAddress().length == 4 || handedOut || !PublicAddresses.includes(address);
    }

    @Property
    boolean an_ipv4_address_is_judged_alike_in_its_mapped_form(@ForAll @Size(4) byte[] four)
            throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        System.arraycopy(four, 0, mapped, 12, 4);
        return PublicAddresses.includes(InetAddress.getByAddress(mapped))
                == PublicAddresses.includes(InetAddress.getByAddress(four));
    }

    @Property
    boolean no_ipv4_address_hides_in_nat64_compatible_or_6to4_form(@ForAll @Size(4) byte[] four)
            throws UnknownHostException {
        byte[] nat64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, four[0], four[1], four[2], four[3]};
        byte[] compatible = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, four[0], four[1], four[2], four[3]};
        byte[] sixToFour = {0x20, 2, four[0], four[1], four[2], four[3], 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        return !PublicAddresses.includes(InetAddress.getByAddress(nat64))
                && !PublicAddresses.includes(InetAddress.getByAddress(compatible))
                && !PublicAddresses.includes(InetAddress.getByAddress(sixToFour));
    }

    private static boolean special(InetAddress address) {
        return address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress();
    }
}
