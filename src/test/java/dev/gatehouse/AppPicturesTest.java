package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The picture of an app on the page that asks about it: no browser asks the app's host for it. */
final class AppPicturesTest {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0};
    private static final byte[] GIF = "GIF89a and so on".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SVG = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
            .getBytes(StandardCharsets.US_ASCII);

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private final CopyOnWriteArrayList<String> asked = new CopyOnWriteArrayList<>();
    private volatile byte[] published = PNG;
    private volatile String type = "image/png";
    private volatile int status = 200;
    private HttpServer host;

    @BeforeEach
    void publish() throws IOException {
        host = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        host.createContext("/", exchange -> {
            try (exchange) {
                asked.add(exchange.getRequestURI().getPath() + " "
                        + exchange.getRequestHeaders().getFirst("Cookie"));
                exchange.getResponseHeaders().add("Content-Type", type);
                exchange.sendResponseHeaders(status, published.length);
                exchange.getResponseBody().write(published);
            }
        });
        host.start();
    }

    @AfterEach
    void unpublish() {
        host.stop(0);
    }

    private Gate gate(String more) {
        String logo = "    logo: http://127.0.0.1:" + host.getAddress().getPort() + "/logo\n";
        return Gate.open(
                DATABASE, more + NotesApp.yaml("http://127.0.0.1:9").replaceFirst("    consent", logo + "    consent"));
    }

    private static final String ALLOWED = "outbound: {allow: [127.0.0.0/8]}\n";

    private static Page asking(Gate gate, String name) {
        Browser browser = Browser.at(gate);
        gate.register(name);
        People.signIn(browser, "/login", name);
        return browser.open(NotesApp.authorize(""));
    }

    private static String source(Page page) {
        return page.html().replaceFirst("(?s).*<main.*<img src=\"([^\"]*)\".*", "$1");
    }

    @Test
    @DisplayName(
            "the house fetches it, once for all who are asked, and serves it from its own address, with no word about the person")
    void a_picture() {
        try (Gate gate = gate(ALLOWED)) {
            Page page = asking(gate, "ada");
            assertThat(page.header("Content-Security-Policy").orElseThrow()).contains("img-src 'self' data:;");
            assertThat(source(page)).startsWith("/consent/picture?flow=");
            assertThat(page.html()).doesNotContain("127.0.0.1");
            assertThat(asked).as("the page itself waits for nobody").isEmpty();
            Page picture = page.browser().open(source(page));
            assertThat(picture.status()).isEqualTo(200);
            assertThat(picture.reply().body().getBytes()).isEqualTo(PNG);
            assertThat(picture.header("Content-Type")).contains("image/png");
            assertThat(picture.header("X-Content-Type-Options")).contains("nosniff");
            assertThat(picture.header("Content-Security-Policy"))
                    .contains("default-src 'none'; sandbox; frame-ancestors 'none'");
            assertThat(picture.header("Cross-Origin-Resource-Policy")).contains("same-origin");
            Page other = asking(gate, "bob");
            assertThat(other.browser().open(source(other)).status()).isEqualTo(200);
            assertThat(asked).containsExactly("/logo null");

            assertThat(Browser.at(gate).open(source(page)).status())
                    .as("in another browser")
                    .isEqualTo(400);
            page.form("consent").with("decision", "allow").submit();
            assertThat(page.browser().open(source(page)).status())
                    .as("when nothing is asked any more")
                    .isEqualTo(400);
        }
    }

    @Test
    @DisplayName("it is what its first bytes say and not what its host calls it")
    void its_type() {
        type = "text/html";
        published = GIF;
        try (Gate gate = gate(ALLOWED)) {
            Page page = asking(gate, "carol");
            assertThat(page.browser().open(source(page)).header("Content-Type")).contains("image/gif");
        }
    }

    @Test
    @DisplayName(
            "what is no picture, has scripts, is a byte too large, is not there, or is where nobody may call is 404, and the page is there all the same")
    void no_picture() {
        byte[] full = Arrays.copyOf(PNG, 256 * 1024);
        byte[] tooLarge = Arrays.copyOf(PNG, 256 * 1024 + 1);
        List<byte[]> bodies = List.of(full, tooLarge, SVG, new byte[0]);
        int number = 0;
        for (byte[] body : bodies) {
            published = body;
            type = body == SVG ? "image/svg+xml" : "image/png";
            assertThat(answered(ALLOWED, "dora" + ++number))
                    .as(body.length + " bytes")
                    .isEqualTo(body == full ? 200 : 404);
        }
        published = PNG;
        status = 404;
        assertThat(answered(ALLOWED, "emil")).isEqualTo(404);
        status = 200;
        asked.clear();
        assertThat(answered("", "fritz")).as("an address of this machine").isEqualTo(404);
        assertThat(asked).isEmpty();
    }

    /** The second try of the same house asks nobody. */
    private int answered(String more, String name) {
        try (Gate gate = gate(more)) {
            Page page = asking(gate, name);
            int answer = page.browser().open(source(page)).status();
            int before = asked.size();
            assertThat(page.browser().open(source(page)).status()).isEqualTo(answer);
            assertThat(asked).hasSize(before);
            assertThat(page.form("consent").fields()).containsKey("proof");
            return answer;
        }
    }
}
