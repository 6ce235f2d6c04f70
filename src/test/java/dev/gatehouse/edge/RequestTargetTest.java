package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.vocabulary.Reason;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("ED02 RequestTarget")
final class RequestTargetTest {
    private static final int LIMIT = 8192;

    /**
     * Two views of one path have been a way around somebody's rule in each of CVE-2026-40912, CVE-2026-26205, CVE-2026-22753, CVE-2026-22754,
     * CVE-2021-32779, GHSA-7rh7-c77v-6434 and GHSA-pxq7-h93f-9jrg.
     */
    static List<String> ambiguous() {
        return List.of(
                "//",
                "//admin",
                "/a//b",
                "/a//",
                "///",
                "/a/%2F",
                "/%2f",
                "/a%2Fb",
                "/a%2f..%2fb",
                "/%2F%2Fevil.example",
                "//evil.example/a",
                "/\\evil.example",
                "/a\\b",
                "/a%5Cb",
                "/a%5c..%5cb",
                "/..\\b",
                "/a/%5C%2e%2e",
                "/.",
                "/..",
                "/./",
                "/../",
                "/a/.",
                "/a/..",
                "/a/./b",
                "/a/../b",
                "/a/b/../../c",
                "/%2e",
                "/%2E%2e",
                "/a/%2e/b",
                "/a/%2e%2e/b",
                "/a/.%2e/b",
                "/a/%2e./b",
                "/a/%2E%2E",
                "/..;",
                "/..;/a",
                "/a/..;x=1/b",
                "/a/.;/b",
                "/a/;/b",
                "/;/a",
                "/;x/a",
                "/a/;x=..",
                "/a/..%3b/b",
                "/a/..%3Bx/b",
                "/a/%2e%2e;x/b",
                "/a/%3B/b",
                "/%00",
                "/a%00",
                "/a%00.png",
                "/%0d%0aX:1",
                "/a%0Ab",
                "/a%09b",
                "/%1f",
                "/%7f",
                "/%c2%85",
                "/%C2%80",
                "/%c0%af",
                "/%c0%ae%c0%ae/b",
                "/%e0%80%af",
                "/%f0%80%80%af",
                "/%f8%80%80%80%af",
                "/%ed%a0%80",
                "/%ed%a0%80%ed%b0%80",
                "/%f4%90%80%80",
                "/%80",
                "/%ff",
                "/%fe%ff",
                "/%c3",
                "/%c3a",
                "/%c3/%a9",
                "/%e2%82",
                "/a%252fb",
                "/a/%252e%252e/b",
                "/a%255cb",
                "/%2500",
                "/a%253bb",
                "/%25252e",
                "/%25%32%65%25%32%65/b",
                "/a/%252E./b");
    }

    static List<String> malformed() {
        return List.of(
                "",
                "a",
                "a/b",
                "?a",
                "#",
                "/#",
                "/a#b",
                "/a?b#c",
                "/%",
                "/%4",
                "/%4g",
                "/%g4",
                "/a%",
                "/a%u002f",
                "/%%32",
                "/%-1",
                "/% 41",
                "/a b",
                "/a\tb",
                "/a\r\nb",
                "/a\nb",
                "/\0",
                "/a\u007f",
                "/\u001b[2J",
                "/caf\u00e9",
                "/\u202e",
                "/\uff0e\uff0e/a",
                "/a\u2215b",
                "/\ud800",
                "/a<b",
                "/a>b",
                "/a\"b",
                "/a{b}",
                "/a|b",
                "/a^b",
                "/a`b",
                "/a[b]",
                "/a?b c",
                "/a?b\r\nc",
                "/a?\u00e9",
                "/a?%",
                "/a?%zz",
                "/a?b=%0",
                "/a?b=%00",
                "/a?b\"c",
                "/a?<script>",
                "/a?\u0000",
                "http:/a",
                "http://",
                "http:///a",
                "https://:80/",
                "http://a@b/",
                "http://user:pw@host/",
                "http://a b/",
                "http://[::1/",
                "http://[zz]/",
                "http://a:b/",
                "http://a:123456/",
                "http://a#b",
                "ftp://a/",
                "file:///etc/passwd",
                "javascript:alert(1)",
                "mailto:a@b",
                "*",
                "*a",
                "host:443",
                "example.com:80",
                "http://h\u00e9/",
                "http://a\\b/");
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void what_can_be_read_in_two_ways_is_refused(String target) {
        assertThat(read(target)).isInstanceOfSatisfying(RequestTarget.Refused.class, no -> assertThat(no.reason())
                .isEqualTo(Reason.AMBIGUOUS_REQUEST));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void what_is_not_a_target_is_refused(String target) {
        assertThat(read(target)).isInstanceOfSatisfying(RequestTarget.Refused.class, no -> assertThat(no.reason())
                .isEqualTo(Reason.BAD_REQUEST));
    }

    @Test
    void the_tables_hold_more_than_sixty_hostile_targets() {
        assertThat(new HashSet<>(ambiguous()).size() + new HashSet<>(malformed()).size())
                .isGreaterThan(140);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a",
                "/a/",
                "/a/b/c",
                "/a.b",
                "/...",
                "/a/.well-known",
                "/.well-known/x",
                "/a/..b",
                "/~joe",
                "/a-b_c.d~e",
                "/!$&'()*+,=:@",
                "/a;v=1/b",
                "/a?",
                "/a??",
                "/a?b=/../..",
                "/a?x[]=1&y={z}|^`\\",
                "/a?b=%2f%5c%0a",
                "/a?%ff",
                "/a?q='1'",
                "/%20",
                "/%E2%82%AC",
                "/100%25",
                "/%2541",
                "/?a//b",
                "/a?https://b/c"
            })
    void what_is_canonical_is_forwarded_byte_by_byte(String target) {
        assertThat(canonical(target).uri()).isEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource({
        "/%41%62, /Ab",
        "/%7ejoe, /~joe",
        "/a%2db, /a-b",
        "/%e2%82%ac, /%E2%82%AC",
        "/%40me, /%40me",
        "/a%3ab?%3a, /a%3Ab?%3a",
        "/a%2e%62, /a.b",
        "/a%3b, /a%3B",
        "/%61?%61, /a?%61"
    })
    void unreserved_characters_lose_their_escapes_and_other_escapes_are_in_upper_case(String target, String uri) {
        assertThat(canonical(target).uri()).isEqualTo(uri);
    }

    @Test
    void path_and_query_are_told_apart_at_the_first_question_mark() {
        assertThat(canonical("/a%2Db?c?d").path()).isEqualTo("/a-b");
        assertThat(canonical("/a%2Db?c?d").query()).contains("c?d");
        assertThat(canonical("/a?").query()).contains("");
        assertThat(canonical("/a").query()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.example/b?c, a.example, /b?c",
        "HTTP://A:80, A:80, /",
        "https://[::1]:8443/x, [::1]:8443, /x",
        "http://a?b, a, /?b",
        "http://a:/b, a:, /b"
    })
    void an_absolute_target_names_its_authority(String target, String authority, String uri) {
        assertThat(canonical(target).authority()).contains(authority);
        assertThat(canonical(target).uri()).isEqualTo(uri);
        assertThat(canonical("/b").authority()).isEmpty();
    }

    @Test
    void only_options_may_ask_for_the_asterisk() {
        assertThat(RequestTarget.parse("OPTIONS", "*", LIMIT))
                .isInstanceOfSatisfying(RequestTarget.Canonical.class, yes -> assertThat(yes.isAsterisk())
                        .isTrue());
        assertThat(RequestTarget.parse("GET", "*", LIMIT)).isInstanceOf(RequestTarget.Refused.class);
        assertThat(RequestTarget.parse("CONNECT", "/", LIMIT)).isInstanceOf(RequestTarget.Refused.class);
    }

    @Test
    void a_target_has_8192_characters_and_not_one_more() {
        assertThat(read("/" + "a".repeat(LIMIT - 1))).isInstanceOf(RequestTarget.Canonical.class);
        assertThat(read("/" + "a".repeat(LIMIT)))
                .isInstanceOfSatisfying(RequestTarget.Refused.class, no -> assertThat(no.reason())
                        .isEqualTo(Reason.URI_TOO_LONG));
    }

    @Test
    void a_plain_target_is_kept_as_the_text_it_came_in() {
        String text = "/api/orders/42?page=2";
        assertThat(canonical(text).uri()).isSameAs(text);
        assertThat(canonical(text).routed()).isSameAs(text);
    }

    @Property(tries = 5000)
    void reading_again_what_was_read_changes_nothing(@ForAll("targets") String target) {
        if (!(read(target) instanceof RequestTarget.Canonical once)) return;
        RequestTarget.Canonical twice = canonical(once.uri());
        assertThat(twice.uri()).isEqualTo(once.uri());
        assertThat(routed(twice)).isEqualTo(routed(once));
    }

    @Property(tries = 5000)
    void nothing_a_server_could_trip_over_is_left_in_a_path(@ForAll("targets") String target) {
        if (!(read(target) instanceof RequestTarget.Canonical once)) return;
        String path = routed(once).replaceAll(";[^/]*", "");
        assertThat(path).startsWith("/").doesNotContain("//", "\\", "\0");
        assertThat(path.substring(1).split("/", -1)).doesNotContain(".", "..");
        assertThat(URI.create(once.path()).normalize().getRawPath()).isEqualTo(once.path());
    }

    @Provide
    Arbitrary<String> targets() {
        Arbitrary<String> pieces = Arbitraries.of(
                "/", "/", "/", "a", "b", ".", "..", ";", "%2e", "%2E", "%2f", "%5c", "%3b", "%25", "%41", "%40",
                "%c3%a9", "%C3", "%00", "2e", "\\", "?", "@", "%20", "x=1");
        return pieces.list().ofMaxSize(10).map(list -> "/" + String.join("", list));
    }

    private static String routed(RequestTarget.Canonical target) {
        return target.routed().substring(0, target.routedLength());
    }

    private static RequestTarget read(String target) {
        return RequestTarget.parse("GET", target, LIMIT);
    }

    private static RequestTarget.Canonical canonical(String target) {
        return (RequestTarget.Canonical) read(target);
    }
}
