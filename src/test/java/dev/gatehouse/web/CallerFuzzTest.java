package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatehouse.vocabulary.Cidr;
import io.vertx.core.MultiMap;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What callers say of themselves, in any octets at all. */
final class CallerFuzzTest {
    private static final InetAddress PEER = Cidr.literal("10.0.0.1");
    private static final List<Cidr> EVERYBODY = List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0"));

    @FuzzTest
    void whoever_is_not_trusted_is_where_the_connection_comes_from(byte[] input) {
        List<String> said = List.of(new String(input, StandardCharsets.ISO_8859_1).split("\n"));
        assertThat(ClientAddress.of(PEER, said, List.of())).isEqualTo(PEER);
        assertThat(ClientAddress.of(PEER, said, EVERYBODY)).isNotNull();
    }

    @FuzzTest
    void a_wish_for_a_language_is_one_of_those_that_are_spoken_or_none(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        List<Language> spoken = List.of(Language.DE, Language.FR);
        assertThat(spoken).containsAll(Language.ofAccept(text, spoken).stream().toList());
        assertThat(spoken).containsAll(Language.ofLocales(text, spoken).stream().toList());
        Language.ofTag(text);
    }

    @FuzzTest
    void a_preflight_is_answered_in_whole_lines_and_for_listed_origins_alone(byte[] input) {
        String[] said = Arrays.copyOf(new String(input, StandardCharsets.ISO_8859_1).split("\n", 2), 2);
        MultiMap asked = MultiMap.caseInsensitiveMultiMap().add("Origin", said[0]);
        if (said[1] != null) asked.add("Access-Control-Request-Headers", said[1]);
        Optional<Reply> reply = new Cors(Set.of("https://a.example")).preflight(asked, List.of("GET"));
        assertThat(reply.isPresent()).isEqualTo(said[0].equals("https://a.example"));
        if (reply.isEmpty()) return;
        for (Map.Entry<String, String> field : reply.get().headers())
            assertThat(field.getValue()).doesNotContain("\r", "\n", "\0");
    }
}
