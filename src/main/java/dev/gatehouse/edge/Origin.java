package dev.gatehouse.edge;

import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.Locale;

/**
 * Where one target of an upstream is and what is spoken there, as its URL says. {@code host} is what {@code Host} says there; {@code prefix} is put before the path
 * of each request.
 */
record Origin(Protocol protocol, SocketAddress address, String host, int port, String prefix) {
    /** What is spoken on a connection. */
    enum Protocol {
        /** HTTP/1.1 in clear. */
        HTTP(80),
        /** By TLS, HTTP/2 or HTTP/1.1 as the other side chooses (ALPN). */
        HTTPS(443),
        /** HTTP/2 in clear, known beforehand (RFC 9113 §3.3). */
        H2C(80),
        /** By TLS, HTTP/2 and nothing else. */
        H2(443);

        private final int port;

        Protocol(int port) {
            this.port = port;
        }

        boolean isTls() {
            return this == HTTPS || this == H2;
        }
    }

    /** The URL has been checked: a fault in it is a bug here. */
    static Origin of(URI url) {
        Protocol protocol = protocol(url.getScheme());
        if (url.getScheme().equalsIgnoreCase("unix"))
            return new Origin(protocol, SocketAddress.domainSocketAddress(url.getPath()), "localhost", 80, "");
        int port = url.getPort() < 0 ? protocol.port : url.getPort();
        return new Origin(
                protocol, SocketAddress.inetSocketAddress(port, url.getHost()), url.getHost(), port, prefix(url));
    }

    private static Protocol protocol(String scheme) {
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "http", "unix" -> Protocol.HTTP;
            case "https" -> Protocol.HTTPS;
            case "h2c", "grpc" -> Protocol.H2C;
            case "grpcs" -> Protocol.H2;
            default -> throw new IllegalArgumentException("no upstream speaks " + scheme);
        };
    }

    private static String prefix(URI url) {
        String path = url.getRawPath();
        if (path == null) return "";
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
