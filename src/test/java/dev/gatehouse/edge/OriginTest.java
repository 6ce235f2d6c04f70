package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.edge.Origin.Protocol;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;

final class OriginTest {
    @Test
    void the_scheme_says_what_is_spoken() {
        assertThat(of("http://a").protocol()).isEqualTo(Protocol.HTTP);
        assertThat(of("HTTPS://a").protocol()).isEqualTo(Protocol.HTTPS);
        assertThat(of("h2c://a").protocol()).isEqualTo(Protocol.H2C);
        assertThat(of("grpc://a").protocol()).isEqualTo(Protocol.H2C);
        assertThat(of("grpcs://a").protocol()).isEqualTo(Protocol.H2);
    }

    @Test
    void the_scheme_implies_the_port() {
        assertThat(of("http://a").port()).isEqualTo(80);
        assertThat(of("grpcs://a").port()).isEqualTo(443);
        assertThat(of("https://a:8443").address()).isEqualTo(SocketAddress.inetSocketAddress(8443, "a"));
    }

    @Test
    void a_path_is_put_before_each_request() {
        assertThat(of("http://a/v2/").prefix()).isEqualTo("/v2");
        assertThat(of("http://a/").prefix()).isEmpty();
        assertThat(of("http://a").prefix()).isEmpty();
    }

    @Test
    void the_path_of_a_socket_is_put_before_nothing() {
        Origin socket = of("unix:/run/a.sock");
        assertThat(socket.address()).isEqualTo(SocketAddress.domainSocketAddress("/run/a.sock"));
        assertThat(socket.prefix()).isEmpty();
        assertThat(socket.host()).isEqualTo("localhost");
    }

    private static Origin of(String url) {
        return Origin.of(URI.create(url));
    }
}
