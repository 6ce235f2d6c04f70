package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.ConfigFile.Mode;
import dev.gatehouse.config.Overrides;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code src/docs/forward-auth.md}: what people copy from there says all that the gate needs to be told, and overwrites all that it answers. */
final class ForwardAuthPageTest {
    private static final Set<String> IDENTITY = new TreeSet<>(List.of(
            "X-Gatehouse-Subject",
            "X-Gatehouse-User",
            "X-Gatehouse-Client",
            "X-Gatehouse-Scopes",
            "X-Gatehouse-Roles",
            "X-Gatehouse-Identity"));

    private static String page;

    @TempDir
    Path folder;

    @BeforeAll
    static void read() throws IOException {
        page = Files.readString(Path.of("src", "docs", "forward-auth.md"));
    }

    private static String snippet(String title) {
        String section = title.isEmpty() ? page : page.substring(page.indexOf("\n## " + title));
        int begin = section.indexOf("\n", section.indexOf("```")) + 1;
        return section.substring(begin, section.indexOf("```", begin));
    }

    @SuppressWarnings("unchecked")
    private static <T> T at(Object tree, Object... path) {
        Object found = tree;
        for (Object step : path)
            found = step instanceof Integer index
                    ? ((List<Object>) found).get(index)
                    : ((Map<String, Object>) found).get(step);
        return (T) found;
    }

    private static Object yaml(String text) {
        return new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    @Test
    void the_settings_are_settings() throws IOException {
        Path file = Files.writeString(folder.resolve("gatehouse.yaml"), snippet(""));
        var read = ConfigFile.read(file, Map.of(), Overrides.NONE, Mode.CHECK);
        assertThat(read.config().trustProxy()).hasSize(1);
        assertThat(read.config().apis()).containsKey("app");
    }

    @Test
    void nginx_tells_method_address_host_and_caller_and_overwrites_every_field() {
        String all = snippet("nginx");
        String check = all.substring(all.indexOf("location = /_gate/check"));
        check = check.substring(0, check.indexOf("}"));
        assertThat(check)
                .contains(
                        "internal;",
                        "/_gate/check;",
                        "proxy_set_header X-Original-Method $request_method;",
                        "proxy_set_header X-Original-URI $request_uri;",
                        "proxy_set_header Host $http_host;",
                        "proxy_set_header X-Forwarded-For $remote_addr;",
                        "proxy_pass_request_body off;");
        assertThat(found(all, "proxy_set_header (X-Gatehouse-[A-Za-z]+) +\\$gh_"))
                .isEqualTo(IDENTITY);
        assertThat(found(all, "\\$upstream_http_(x_gatehouse_[a-z]+);")).hasSameSizeAs(IDENTITY);
    }

    @Test
    void traefik_overwrites_every_field() {
        Object tree = yaml(snippet("Traefik"));
        Map<String, Object> auth = at(tree, "http", "middlewares", "gatehouse", "forwardAuth");
        assertThat((String) at(auth, "address")).endsWith("/_gate/check");
        List<String> overwritten = at(auth, "authResponseHeaders");
        assertThat(overwritten).containsExactlyInAnyOrderElementsOf(IDENTITY);
        assertThat(auth).doesNotContainKey("trustForwardHeader");
        assertThat((List<String>) at(tree, "http", "routers", "app", "middlewares"))
                .contains("gatehouse");
    }

    @Test
    void caddy_drops_what_a_client_sent_before_it_copies() {
        String all = snippet("Caddy");
        assertThat(all.indexOf("request_header -X-Gatehouse-*")).isPositive().isLessThan(all.indexOf("forward_auth"));
        assertThat(all).contains("uri /_gate/check\n");
        assertThat(found(all, "(X-Gatehouse-[A-Z][A-Za-z]+)")).isEqualTo(IDENTITY);
    }

    @Test
    void envoy_fails_closed_and_passes_what_is_decided_by() {
        Map<String, Object> filter = at(yaml(snippet("Envoy")), "http_filters", 0, "typed_config");
        assertThat(filter.get("failure_mode_allow")).isEqualTo(false);
        assertThat((String) at(filter, "http_service", "path_prefix")).isEqualTo("/_gate/check");
        List<Map<String, String>> asked =
                at(filter, "http_service", "authorization_request", "allowed_headers", "patterns");
        var names = new ArrayList<String>();
        asked.forEach(pattern -> names.addAll(pattern.values()));
        assertThat(names).contains("cookie", "origin", "accept", "sec-fetch-", "sec-websocket-", "x-forwarded-for");
        assertThat(names).noneMatch(name -> name.startsWith("x-original") || name.equals("x-forwarded-uri"));
        List<Map<String, String>> told =
                at(filter, "http_service", "authorization_response", "allowed_upstream_headers", "patterns");
        assertThat(told).contains(Map.of("prefix", "x-gatehouse-"));
    }

    private static Set<String> found(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
