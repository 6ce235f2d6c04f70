package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class PagesTest {
    private static final Pages PAGES = Pages.plain();

    @Test
    @DisplayName("LS20 AZ14 a page forbids inline code, frames, foreign forms and copies of itself")
    void a_page_forbids_what_it_does_not_need() {
        Reply reply =
                PAGES.html(200, "error", PAGES.visit(call("/", Map.of())), Trouble.of(Reason.INTERNAL.because("x")));
        assertThat(reply.headers())
                .contains(
                        Map.entry("Content-Type", "text/html; charset=utf-8"),
                        Map.entry("Cache-Control", "no-store"),
                        Map.entry("X-Frame-Options", "DENY"),
                        Map.entry("Cross-Origin-Opener-Policy", "same-origin"),
                        Map.entry(
                                "Content-Security-Policy",
                                "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));
        assertThat(reply.body().toString())
                .startsWith("<!doctype html>")
                .contains("<html lang=\"en\"")
                .doesNotContain("style=")
                .doesNotContain("<style")
                .doesNotContain("<script");
    }

    @Test
    void a_form_may_lead_to_where_the_flow_returns_and_nowhere_else() {
        Visit visit = PAGES.visit(call("/login", Map.of()))
                .leadingTo("https://shop.example.com:8443/cb?x=1")
                .leadingTo("com.example.app:/done")
                .leadingTo("https://evil.example;script-src/")
                .leadingTo("http://[::1]:9999/cb")
                .withScript();
        assertThat(policy(visit))
                .contains(
                        "; script-src 'self'; connect-src 'self'; form-action 'self' com.example.app: http: https://shop.example.com:8443; base-uri");
    }

    @Test
    void an_error_page_is_for_browsers_and_problem_json_for_programs() {
        var endpoints = new Endpoints(
                "http://localhost:8080",
                Duration.ofSeconds(1),
                List.of(Address.get("/x", call -> Future.failedFuture(Reason.NO_ROUTE.because("<b>gone</b>")))
                        .sayingNo(ErrorForm.PAGE)),
                PAGES);
        Reply page = endpoints
                .answer(call("/x", Map.of("Accept", "text/html,*/*;q=0.8")))
                .result();
        assertThat(page.status()).isEqualTo(404);
        assertThat(page.body().toString())
                .contains("&lt;b&gt;gone", "no_route", "test-request")
                .doesNotContain("<b>gone");
        Reply problem = endpoints.answer(call("/x", Map.of("Accept", "*/*"))).result();
        assertThat(problem.headers()).contains(Map.entry("Content-Type", "application/problem+json"));
    }

    @Test
    void the_language_is_chosen_then_wished_then_accepted() {
        var call = call("/login", Map.of("Accept-Language", "it, es-MX;q=0.7, de;q=0.8, fr;q=0"));
        assertThat(PAGES.visit(call).language()).isEqualTo(Language.DE);
        assertThat(PAGES.visit(call).preferring(Optional.of("pt fr-CA en")).language())
                .isEqualTo(Language.FR);
        var chosen = new Call(
                call.method(), call.path(), "flow=a&lang=es", call.headers(), call.body(), call.clientAddress(), "r");
        assertThat(PAGES.visit(chosen).preferring(Optional.of("fr")).language()).isEqualTo(Language.ES);
        assertThat(PAGES.visit(chosen).in(Language.FR)).isEqualTo("/login?flow=a&lang=fr");
        var fewer = new Pages(() -> Brand.HOUSE, () -> List.of(Language.FR, Language.EN));
        assertThat(fewer.visit(call).language())
                .as("the first is for everybody else")
                .isEqualTo(Language.FR);
    }

    @Test
    void files_are_kept_for_ever_under_names_of_their_content() {
        var endpoints = new Endpoints("http://localhost:8080", Duration.ofSeconds(1), PAGES.addresses());
        String page = PAGES.html(
                        200, "error", PAGES.visit(call("/", Map.of())), Trouble.of(Reason.INTERNAL.because("x")))
                .body()
                .toString();
        var found = java.util.regex.Pattern.compile("/_gate/assets/[a-z]+\\.[0-9a-f]{12}\\.[a-z]+")
                .matcher(page);
        var names = new ArrayList<String>();
        while (found.find()) names.add(found.group());
        assertThat(names).isNotEmpty().allSatisfy(name -> {
            Reply reply = endpoints
                    .answer(call(name, Map.of("Accept-Encoding", "br, gzip")))
                    .result();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.headers())
                    .contains(
                            Map.entry("Cache-Control", "public, max-age=31536000, immutable"),
                            Map.entry("Content-Encoding", "gzip"));
        });
        assertThat(endpoints
                        .answer(call("/_gate/assets/gatehouse.css", Map.of()))
                        .result()
                        .status())
                .isEqualTo(404);
    }

    @Test
    void the_houses_colour_is_a_sheet_of_its_own_and_can_be_read_on() {
        var pages = new Pages(
                () -> new Brand("Shop", Optional.empty(), Optional.of("#ffdd00"), Optional.empty(), List.of()),
                () -> List.of(Language.EN));
        var endpoints = new Endpoints("http://localhost:8080", Duration.ofSeconds(1), pages.addresses());
        String page = pages.html(
                        200, "error", pages.visit(call("/", Map.of())), Trouble.of(Reason.INTERNAL.because("x")))
                .body()
                .toString();
        var found = java.util.regex.Pattern.compile("/_gate/assets/accent\\.[0-9a-f]{12}\\.css")
                .matcher(page);
        assertThat(found.find()).isTrue();
        assertThat(endpoints
                        .answer(call(found.group(), Map.of()))
                        .result()
                        .body()
                        .toString())
                .isEqualTo(":root{--accent:#ffdd00;--on-accent:#000;--link:light-dark(#0b57d0,#ffdd00)}");
    }

    private static String policy(Visit visit) {
        return PAGES.html(200, "error", visit, Trouble.of(Reason.INTERNAL.because("x"))).headers().stream()
                .filter(field -> field.getKey().equals("Content-Security-Policy"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    private static Call call(String path, Map<String, String> headers) {
        return new Call(
                "GET",
                path,
                "",
                MultiMap.caseInsensitiveMultiMap().addAll(headers),
                Buffer.buffer(),
                InetAddress.getLoopbackAddress(),
                "test-request");
    }
}
