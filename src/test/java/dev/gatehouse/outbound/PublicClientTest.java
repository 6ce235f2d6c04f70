package dev.gatehouse.outbound;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.config.OutboundSettings;
import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.outbound.GuardedClient.Fetched;
import dev.gatehouse.vocabulary.Cidr;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way out, over real sockets; names are told by the test. */
final class PublicClientTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final List<Cidr> THIS_MACHINE = List.of(Cidr.parse("127.0.0.0/8"));
    private static final OutboundSettings OURS = new OutboundSettings(THIS_MACHINE, Optional.of(TestSite.root()));

    private final Map<String, List<String>> names = new ConcurrentHashMap<>(
            Map.of("site.example", List.of("127.0.0.1"), "other.example", List.of("127.0.0.1")));
    private final AtomicInteger lookups = new AtomicInteger();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private volatile Duration ahead = Duration.ZERO;
    private final InstantSource clock = () -> Instant.now().plus(ahead);

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) each.close();
    }

    @AfterAll
    static void closeAll() {
        await(VERTX.close());
    }

    @Test
    void what_is_fetched_comes_with_its_status_and_its_fields() {
        TestSite site = https(request -> request.response()
                .setStatusCode(404)
                .putHeader("X-Thing", "one")
                .end("nothing here"));
        Fetched fetched = await(client(OURS).get(URI.create(site.url("/a?b=c")), "text/plain", 100));
        assertThat(fetched.status()).isEqualTo(404);
        assertThat(fetched.headers()).containsEntry("x-thing", "one");
        assertThat(fetched.body().toString()).isEqualTo("nothing here");
        assertThat(site.requests).containsExactly("GET site.example:" + site.port() + "/a?b=c");
    }

    @Test
    void the_request_has_no_cookie_and_wants_no_compression() {
        TestSite site = https(request -> request.response()
                .putHeader("Set-Cookie", "a=b")
                .end(String.join(",", new TreeSet<>(lowerCase(request)))));
        PublicClient client = client(OURS);
        get(client, site.url("/"));
        assertThat(get(client, site.url("/")).body().toString()).isEqualTo("accept,connection,host,user-agent");
    }

    @Test
    @DisplayName("RG03 without the operator's word nothing on this machine is called, not even looked at")
    void this_machine_is_not_called() {
        TestSite site = https(request -> request.response().end());
        assertRefused(
                client(new OutboundSettings(List.of(), OURS.ca())),
                site.url("/"),
                "the URL leads to an address that is not public");
        assertRefused(
                client(new OutboundSettings(List.of(), OURS.ca())),
                "https://127.0.0.1:" + site.port(),
                "the URL leads to an address that is not public");
        assertThat(site.requests).isEmpty();
    }

    @Test
    @DisplayName("RG03 a name is resolved once; what it leads to a moment later changes nothing")
    void the_connection_goes_to_the_address_that_was_judged() {
        TestSite site = https(request -> request.response().end("it is me"));
        Names turning = host -> {
            String address = lookups.incrementAndGet() == 1 ? "127.0.0.1" : "10.0.0.1";
            return Future.succeededFuture(List.of(Cidr.literal(address)));
        };
        var client = new PublicClient(VERTX, () -> OURS, turning, clock, Duration.ofSeconds(5));
        assertThat(get(client, site.url("/")).body().toString()).isEqualTo("it is me");
        assertThat(lookups).hasValue(1);
    }

    @Test
    @DisplayName("RG03 a name that was public when it was judged is never resolved by anybody else")
    void nobody_else_resolves_the_name() {
        TestSite site = https(request -> request.response().end());
        // The machine itself would find 127.0.0.1, where the site is.
        names.put("localhost", List.of("192.0.2.1"));
        var nowhere = new OutboundSettings(List.of(Cidr.parse("192.0.2.0/24")), OURS.ca());
        var client = new PublicClient(VERTX, () -> nowhere, this::lookup, clock, Duration.ofMillis(700));
        assertThatThrownBy(() -> get(client, "https://localhost:" + site.port() + "/"))
                .isInstanceOf(Failure.class);
        assertThat(site.requests).isEmpty();
    }

    @Test
    void a_certificate_must_be_trusted_and_name_the_host() {
        TestSite site = https(request -> request.response().end());
        names.put("third.example", List.of("127.0.0.1"));
        String sentence = "the host has no certificate that is trusted here";
        assertRefused(client(new OutboundSettings(THIS_MACHINE, Optional.empty())), site.url("/"), sentence);
        assertRefused(client(OURS), "https://third.example:" + site.port() + "/", sentence);
        assertThat(site.requests).isEmpty();
    }

    @Test
    void a_file_of_roots_is_read_again_when_it_changes(@TempDir Path folder) throws IOException {
        TestSite site = https(request -> request.response().end("trusted"));
        Path ca = folder.resolve("ca.pem");
        PublicClient client = client(new OutboundSettings(THIS_MACHINE, Optional.of(ca)));
        String unread = "the certificates that are trusted here could not be read";
        assertRefused(client, site.url("/"), unread);
        Files.writeString(ca, "no certificate");
        assertRefused(client, site.url("/"), unread);
        Files.copy(TestSite.root(), ca, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(ca, FileTime.from(Instant.now().minusSeconds(60)));
        assertThat(get(client, site.url("/")).body().toString()).isEqualTo("trusted");
    }

    @Test
    void plain_http_is_for_networks_that_the_settings_list() {
        TestSite site = http(request -> request.response().end("plain"));
        assertThat(get(client(OURS), site.url("/")).body().toString()).isEqualTo("plain");
        assertRefused(client(OutboundSettings.PUBLIC_ONLY), site.url("/"), "the URL is not an https URL");
        assertThat(site.requests).hasSize(1);
    }

    @Test
    void three_redirects_are_followed_and_no_fourth() {
        TestSite site = https(request -> {
            int left = Integer.parseInt(request.path().substring(1));
            if (left == 0) request.response().end("there");
            else redirect(request, "/" + (left - 1));
        });
        assertThat(get(client(OURS), site.url("/3")).body().toString()).isEqualTo("there");
        assertRefused(client(OURS), site.url("/4"), "there were too many redirects");
    }

    @ParameterizedTest
    @DisplayName("RG03 a redirect is judged like the first address")
    @ValueSource(
            strings = {
                "https://127.0.0.2:%d/",
                "https://inside.example:%d/",
                "https://169.254.169.254/latest/meta-data",
                "http://10.0.0.1/",
                "https://user@site.example:%d/",
                "https://0x7f000001:%d/",
                "file:///etc/passwd",
                "http://[::1]:%d/",
                "https://site.example:%d/#fragment",
                "ht tp://no"
            })
    void a_redirect_is_judged_like_the_first_address(String location) {
        names.put("inside.example", List.of("10.0.0.1"));
        var asked = new ArrayList<String>();
        TestSite[] sites = new TestSite[1];
        sites[0] = https(request -> {
            asked.add(request.path());
            redirect(request, location.replace("%d", Integer.toString(sites[0].port())));
        });
        var only = new OutboundSettings(List.of(Cidr.parse("127.0.0.1")), OURS.ca());
        assertThatThrownBy(() -> get(client(only), sites[0].url("/start"))).isInstanceOf(Failure.class);
        assertThat(asked).containsExactly("/start");
    }

    @Test
    void a_redirect_may_lead_to_another_host_with_its_own_name() {
        TestSite other =
                https(request -> request.response().end(request.authority().host()));
        TestSite site = https(request -> redirect(request, "https://other.example:" + other.port() + "/"));
        assertThat(get(client(OURS), site.url("/")).body().toString()).isEqualTo("other.example");
    }

    @Test
    void where_redirects_are_not_wanted_one_is_an_answer() {
        TestSite site = https(request -> redirect(request, "/elsewhere"));
        Fetched fetched = await(client(OURS).getWithoutRedirects(URI.create(site.url("/")), "*/*", 100));
        assertThat(fetched.status()).isEqualTo(302);
        assertThat(site.requests).hasSize(1);
    }

    @Test
    void a_form_is_sent_and_its_redirect_is_not_followed() {
        var bodies = new ArrayList<String>();
        TestSite site = https(request -> request.body().onSuccess(body -> {
            bodies.add(request.getHeader("Content-Type") + " " + body);
            redirect(request, "/elsewhere");
        }));
        Fetched fetched = await(client(OURS).postForm(URI.create(site.url("/")), Map.of("logout_token", "a b&c=ü")));
        assertThat(fetched.status()).isEqualTo(302);
        assertThat(bodies).containsExactly("application/x-www-form-urlencoded logout_token=a+b%26c%3D%C3%BC");
        assertThat(site.requests).hasSize(1);
    }

    @Test
    void an_answer_may_have_as_many_bytes_as_are_wanted_and_not_one_more() {
        TestSite site = https(request -> {
            int size = Integer.parseInt(request.path().substring(2));
            var response = request.response();
            if (request.path().startsWith("/c")) response.setChunked(true);
            response.end(Buffer.buffer("x".repeat(size)));
        });
        for (String form : List.of("l", "c")) {
            assertThat(get(client(OURS), site.url("/" + form + "1000")).body().length())
                    .isEqualTo(1000);
            assertRefused(client(OURS), site.url("/" + form + "1001"), "the answer is larger than 1000 bytes");
        }
    }

    @Test
    @DisplayName("SECURITY class 6: no compression bomb, since nothing is unpacked")
    void nothing_is_unpacked() {
        TestSite site = https(request ->
                request.response().putHeader("Content-Encoding", "gzip").end(Buffer.buffer(new byte[50])));
        assertRefused(client(OURS), site.url("/"), "the answer is in a content coding that nobody asked for");
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "half", "drip"})
    void a_slow_answer_is_not_waited_for(String how) {
        TestSite site = https(request -> {
            if (how.equals("never")) return;
            var response = request.response().putHeader("Content-Length", "1000");
            response.write("x");
            if (how.equals("drip")) {
                long timer = VERTX.setPeriodic(50, tick -> response.write("x"));
                response.exceptionHandler(gone -> VERTX.cancelTimer(timer));
                response.closeHandler(gone -> VERTX.cancelTimer(timer));
            }
        });
        var client = new PublicClient(VERTX, () -> OURS, this::lookup, clock, Duration.ofMillis(600));
        long start = System.nanoTime();
        assertRefused(client, site.url("/"), "it took too long");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.6\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
                "\u0000\u0001\u0002",
                ""
            })
    void garbage_is_no_answer(String bytes) throws Exception {
        var garbage = await(VERTX.createNetServer()
                .connectHandler(socket -> socket.handler(request ->
                        socket.write(Buffer.buffer(bytes, "ISO-8859-1")).onComplete(sent -> socket.close())))
                .listen(0, "127.0.0.1"));
        assertRefused(
                client(OURS),
                "http://127.0.0.1:" + garbage.actualPort() + "/",
                "the host could not be reached, or its answer was not one");
        await(garbage.close());
    }

    @Test
    void header_fields_without_end_are_no_answer() {
        TestSite site = https(request -> {
            for (int i = 0; i < 400; i++) request.response().putHeader("X-" + i, "x".repeat(100));
            request.response().end();
        });
        assertThatThrownBy(() -> get(client(OURS), site.url("/"))).isInstanceOf(Failure.class);
    }

    @Test
    void the_same_url_at_the_same_time_is_one_request() {
        var waiting = new ArrayList<HttpServerRequest>();
        TestSite site = https(waiting::add);
        PublicClient client = client(OURS);
        var answers = new ArrayList<Future<Fetched>>();
        for (int i = 0; i < 50; i++) answers.add(client.get(URI.create(site.url("/")), "*/*", 100));
        Awaitility.await().until(() -> !site.requests.isEmpty());
        waiting.get(0).response().end("once");
        await(Future.all(answers));
        assertThat(site.requests).hasSize(1);
        assertThat(answers).allMatch(answer -> answer.result().body().toString().equals("once"));
    }

    @Test
    void one_host_does_not_take_everybodys_place() {
        var held = new ConcurrentLinkedQueue<HttpServerRequest>();
        TestSite site = https(held::add);
        PublicClient client = client(OURS);
        var answers = new ArrayList<Future<Fetched>>();
        for (int i = 0; i < PublicClient.PER_HOST; i++)
            answers.add(client.get(URI.create(site.url("/" + i)), "*/*", 100));
        assertRefused(client, site.url("/more"), "too many calls to that host at once");
        TestSite other = https(request -> request.response().end("other"));
        assertThat(get(client, "https://other.example:" + other.port() + "/")
                        .body()
                        .toString())
                .isEqualTo("other");
        Awaitility.await().until(() -> held.size() == PublicClient.PER_HOST);
        held.forEach(request -> request.response().end("at last"));
        await(Future.all(answers));
    }

    @Test
    void a_host_that_failed_three_times_is_left_alone_for_half_a_minute() {
        TestSite site = https(request -> request.connection().close());
        PublicClient client = client(OURS);
        String failed = "the host could not be reached, or its answer was not one";
        for (int i = 0; i < 3; i++) assertRefused(client, site.url("/"), failed);
        int before = site.requests.size();
        site.answering = request -> request.response().end("back");
        assertRefused(client, site.url("/"), "the host failed several times just now and is left alone for a while");
        assertThat(site.requests).hasSize(before);
        ahead = CoolDowns.WAIT;
        assertThat(get(client, site.url("/")).body().toString()).isEqualTo("back");
    }

    @Test
    @DisplayName("RG03 what may not be called is known without a call")
    void permission_is_asked_for_without_a_call() {
        names.put("inside.example", List.of("192.168.1.1"));
        names.put("public.example", List.of("1.1.1.1"));
        PublicClient client = client(OutboundSettings.PUBLIC_ONLY);
        await(client.permit(URI.create("https://public.example/keys")));
        await(client.permit(URI.create("https://nobody-knows.example/keys")));
        for (String url : List.of(
                "https://inside.example/keys",
                "https://127.0.0.1/keys",
                "https://[::1]/keys",
                "https://2130706433/keys",
                "http://public.example/keys",
                "http://nobody-knows.example/keys"))
            assertThatThrownBy(() -> await(client.permit(URI.create(url))))
                    .as(url)
                    .isInstanceOf(Failure.class);
    }

    @Test
    void a_name_that_takes_its_time_does_not_hold_up_a_permission() {
        var client =
                new PublicClient(VERTX, () -> OURS, host -> Future.future(never -> {}), clock, Duration.ofMillis(500));
        await(client.permit(URI.create("https://slow.example/")));
        assertRefused(client, "https://slow.example/", "it took too long");
    }

    private static List<String> lowerCase(HttpServerRequest request) {
        return request.headers().names().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
    }

    private static void redirect(HttpServerRequest request, String location) {
        request.response().setStatusCode(302).putHeader("Location", location).end();
    }

    private PublicClient client(OutboundSettings settings) {
        return new PublicClient(VERTX, () -> settings, this::lookup, clock, Duration.ofSeconds(15));
    }

    private Future<List<InetAddress>> lookup(String host) {
        var known = names.get(host);
        if (known == null) return Future.failedFuture(new UnknownHostException(host));
        return Future.succeededFuture(known.stream().map(Cidr::literal).toList());
    }

    private static Fetched get(PublicClient client, String url) {
        return await(client.get(URI.create(url), "*/*", 1000));
    }

    private static void assertRefused(PublicClient client, String url, String sentence) {
        assertThatThrownBy(() -> get(client, url)).isInstanceOf(Failure.class).hasMessage(sentence);
    }

    private TestSite https(java.util.function.Consumer<HttpServerRequest> answering) {
        var site = TestSite.https(VERTX, answering);
        opened.add(site);
        return site;
    }

    private TestSite http(java.util.function.Consumer<HttpServerRequest> answering) {
        var site = TestSite.http(VERTX, answering);
        opened.add(site);
        return site;
    }
}
