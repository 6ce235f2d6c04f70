package dev.gatehouse.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.vocabulary.Cidr;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TargetTest {
    private static final List<Cidr> NOTHING_MORE = List.of();

    @ParameterizedTest
    @DisplayName(
            "RG03 a URL with another scheme, with credentials, a fragment, an odd port or an address in odd notation leads nowhere")
    @ValueSource(
            strings = {
                "ftp://site.example/",
                "file:///etc/passwd",
                "javascript:alert(1)",
                "data:text/plain,hello",
                "gopher://site.example/",
                "jwks",
                "//site.example/",
                "https:site.example",
                "https://user@site.example/",
                "https://user:password@site.example/",
                "https://site.example/#here",
                "https://site.example:0/",
                "https://site.example:65536/",
                "https:///path",
                "https://2130706433/",
                "https://017700000001/",
                "https://0x7f000001/",
                "https://0x7f.1/",
                "https://127.1/",
                "https://127.0.1/",
                "https://0177.0.0.1/",
                "https://127.0.0.1./",
                "https://127.0.0.01/",
                "https://1.2.3.4.5/",
                "https://256.1.1.1/",
                "https://site.0x7f/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::127.0.0.1]/",
                "https://[fe80::1%25eth0]/",
                "https://site.example./",
                "https://-site.example/",
                "https://site..example/"
            })
    void these_lead_nowhere(String url) {
        assertThatThrownBy(() -> Target.of(URI.create(url))).isInstanceOf(Failure.class);
    }

    @Test
    void a_usual_url_is_taken_apart() throws Failure {
        assertThat(Target.of(URI.create("https://Site.Example/a/b?c=d")))
                .isEqualTo(new Target(true, "site.example", 443, "/a/b?c=d", java.util.Optional.empty()));
        assertThat(Target.of(URI.create("https://site.example:8443")).path()).isEqualTo("/");
        assertThat(Target.of(URI.create("https://[2606:4700::1111]/")).literal())
                .isPresent();
        assertThat(Target.of(URI.create("https://1.1.1.1/")).literal()).isPresent();
    }

    @Test
    void a_url_has_at_most_2048_characters() throws Failure {
        String url = "https://site.example/" + "a".repeat(Target.LONGEST - 21);
        assertThat(Target.of(URI.create(url)).host()).isEqualTo("site.example");
        assertThatThrownBy(() -> Target.of(URI.create(url + "a"))).isInstanceOf(Failure.class);
    }

    @Test
    @DisplayName("RG03 a name with a public address and another one is a trick")
    void every_address_of_a_name_must_be_public() throws Exception {
        Target target = Target.of(URI.create("https://site.example/"));
        assertThat(target.chosen(addresses("1.1.1.1", "8.8.8.8"), NOTHING_MORE).getHostAddress())
                .isEqualTo("1.1.1.1");
        assertThatThrownBy(() -> target.chosen(addresses("1.1.1.1", "10.0.0.1"), NOTHING_MORE))
                .isInstanceOf(Failure.class)
                .hasMessage("the URL leads to an address that is not public");
        assertThatThrownBy(() -> target.chosen(List.of(), NOTHING_MORE)).isInstanceOf(Failure.class);
    }

    @Test
    void a_network_that_the_settings_list_may_be_called_by_http_and_at_any_port() throws Exception {
        Target target = Target.of(URI.create("http://site.example:81/"));
        var ours = List.of(Cidr.parse("10.1.0.0/16"));
        assertThat(target.chosen(addresses("10.1.2.3"), ours).getHostAddress()).isEqualTo("10.1.2.3");
        assertThatThrownBy(() -> target.chosen(addresses("10.2.0.1"), ours)).hasMessage("the URL is not an https URL");
        assertThatThrownBy(() -> target.chosen(addresses("1.1.1.1"), ours)).hasMessage("the URL is not an https URL");
    }

    @Test
    void a_public_host_is_called_at_443_and_at_free_ports_only() throws Exception {
        for (int port : List.of(443, 1024, 8443, 65_535))
            Target.of(URI.create("https://site.example:" + port)).chosen(addresses("1.1.1.1"), NOTHING_MORE);
        for (int port : List.of(1, 22, 25, 80, 1023)) {
            Target target = Target.of(URI.create("https://site.example:" + port));
            assertThatThrownBy(() -> target.chosen(addresses("1.1.1.1"), NOTHING_MORE))
                    .isInstanceOf(Failure.class);
        }
    }

    private static List<InetAddress> addresses(String... texts) {
        return Stream.of(texts).map(Cidr::literal).toList();
    }
}
