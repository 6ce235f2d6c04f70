package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class HeaderPolicyTest {
    private static List<String> passed(boolean relay, String... fields) {
        MultiMap from = HttpHeaders.headers();
        for (int i = 0; i < fields.length; i += 2) from.add(fields[i], fields[i + 1]);
        var names = new ArrayList<String>();
        HeaderPolicy.request(from, relay, (name, value) -> names.add(name + ": " + value));
        return names;
    }

    /** A name of ours as a stranger would write it: any case, any separator that somebody might take for a dash. */
    @Provide
    Arbitrary<String> spellings() {
        var names = Arbitraries.of(
                "x-gatehouse-subject",
                "x-gatehouse-anything",
                "x-forwarded-for",
                "x-request-id",
                "x-real-ip",
                "x-original-url");
        return Combinators.combine(names, Arbitraries.randomValue(random -> random))
                .as((name, random) -> {
                    var spelt = new StringBuilder();
                    for (char c : name.toCharArray()) {
                        if (c == '-') spelt.append("-_.~!".charAt(random.nextInt(5)));
                        else spelt.append(random.nextBoolean() ? Character.toUpperCase(c) : c);
                    }
                    return spelt.toString();
                });
    }

    @Property
    boolean no_spelling_of_a_name_of_ours_goes_on(@ForAll("spellings") String name) {
        return passed(false, name, "x").isEmpty() && passed(true, name, "x").isEmpty();
    }

    @Property
    boolean whatever_connection_names_is_dropped_unless_it_frames_or_was_judged(@ForAll("tokens") String name) {
        boolean kept = passed(false, "Connection", "close, " + name, name, "v").contains(name + ": v");
        boolean mustStay = List.of("content-type", "cache-control", "vary", "date", "range", "location")
                .contains(name.toLowerCase(Locale.ROOT));
        return kept == mustStay;
    }

    @Provide
    Arbitrary<String> tokens() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "Content-Type", "CACHE-CONTROL", "Date", "Accept", "x-tenant", "Keep-Alive", "Proxy-Foo"),
                Arbitraries.strings()
                        .withCharRange('a', 'z')
                        .ofMinLength(3)
                        .ofMaxLength(12)
                        .filter(text -> !text.equals("host") && !text.equals("expect") && !text.equals("cookie")));
    }

    @Test
    void ordinary_fields_go_on_as_they_are() {
        assertThat(passed(
                        false,
                        "Accept",
                        "a",
                        "accept",
                        "b",
                        "X-Tenant",
                        " c",
                        "Content-Type",
                        "d",
                        "X-Gate",
                        "e",
                        "Gatehouse",
                        "f"))
                .containsExactly(
                        "Accept: a", "accept: b", "X-Tenant:  c", "Content-Type: d", "X-Gate: e", "Gatehouse: f");
    }

    @Test
    void cookies_lose_ours_and_keep_theirs() {
        assertThat(OurCookies.without("theme=dark")).isEqualTo("theme=dark");
        assertThat(OurCookies.without("gh=x; theme=dark; __Host-gh=y; ghost=z")).isEqualTo("theme=dark; ghost=z");
        assertThat(OurCookies.without("theme=dark; gh=x")).isEqualTo("theme=dark");
        assertThat(OurCookies.without("gh-device=x; theme=dark; __Secure-gh-device=y; gh-devices=z"))
                .isEqualTo("theme=dark; gh-devices=z");
        assertThat(OurCookies.without("gh-passkey=first; __Secure-gh-passkey=first; theme=dark"))
                .isEqualTo("theme=dark");
        assertThat(OurCookies.without(" gh = x ")).isNull();
        assertThat(OurCookies.without("gh")).isNull();
        assertThat(OurCookies.without("gh=a;gh=b")).isNull();
        assertThat(OurCookies.isSet("gh=x; Path=/")).isTrue();
        assertThat(OurCookies.isSet("__Host-gh=")).isTrue();
        assertThat(OurCookies.isSet("__Secure-gh-device=x; Path=/login")).isTrue();
        assertThat(OurCookies.isSet("gh-passkey=first")).isTrue();
        assertThat(OurCookies.isSet("theme=gh; gh=x")).isFalse();
    }

    @Test
    void hop_by_hop_names_are_known_in_any_case() {
        assertThat(List.of(
                        "Connection",
                        "KEEP-ALIVE",
                        "te",
                        "Trailer",
                        "transfer-encoding",
                        "Upgrade",
                        "Proxy-Anything",
                        "proxy-authorization"))
                .allMatch(FieldNames::isHopByHop);
        assertThat(List.of("", "t", "Tea", "Connect", "Upgrade-Insecure-Requests", "Prox", "Trailers"))
                .noneMatch(FieldNames::isHopByHop);
    }
}
