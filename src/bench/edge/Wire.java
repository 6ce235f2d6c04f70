import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS connections to a gate, and HTTP/1.1 by hand over them. */
final class Wire {
    static final int PATIENCE_MILLIS = 10_000;

    private final InetSocketAddress gate;
    private final SSLContext tls = SSLContext.getInstance("TLS");

    Wire(int port) throws Exception {
        gate = new InetSocketAddress("127.0.0.1", port);
        tls.init(null, new TrustManager[] {new Anybody()}, null);
    }

    InetSocketAddress gate() {
        return gate;
    }

    SSLContext tls() {
        return tls;
    }

    Socket open(String... protocols) throws IOException {
        var socket = (SSLSocket) tls.getSocketFactory().createSocket();
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.connect(gate, PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.startHandshake();
        return socket;
    }

    static void send(Socket socket, String octets) throws IOException {
        socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Status and length of the body. */
    static String answer(InputStream in) throws IOException {
        String head = head(in);
        int length = Math.max(0, length(head));
        if (in.readNBytes(length).length < length) throw new IOException("ended in the middle of a body");
        return head.substring(9, 12) + " " + length;
    }

    static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) throw new IOException("ended after " + head.length() + " octets of a head");
            head.append((char) octet);
        }
        return head.toString();
    }

    /** What {@code Content-Length} says, or -1. */
    static int length(String head) {
        int at = head.toLowerCase().indexOf("content-length: ") + 16;
        return at < 16 ? -1 : Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
    }

    /** The octets of one chunk; none after the last one. */
    static byte[] chunk(InputStream in) throws IOException {
        var size = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) throw new IOException("ended in the middle of a chunked body");
            size.append((char) octet);
        }
        int length = Integer.parseInt(size.toString().trim(), 16);
        byte[] chunk = in.readNBytes(length);
        if (chunk.length < length || in.readNBytes(2).length < 2) throw new IOException("ended in the middle of a chunk");
        return chunk;
    }

    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** The certificate was made a moment ago and is nobody's business. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override public void checkClientTrusted(X509Certificate[] chain, String kind) {}
        @Override public void checkServerTrusted(X509Certificate[] chain, String kind) {}
        @Override public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) {}
        @Override public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) {}
        @Override public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}
        @Override public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}
        @Override public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
