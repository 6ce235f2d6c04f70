package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

final class RecentNamesTest {
    @Property(tries = 500)
    void a_name_is_the_one_that_was_said_whatever_was_said_before(
            @ForAll @Size(max = 300) List<@StringLength(max = 6) @CharRange(from = 'a', to = 'd') String> said) {
        var names = new RecentNames();
        for (String name : said) {
            byte[] line = (">" + name + ": x").getBytes(StandardCharsets.US_ASCII);
            assertThat(names.of(line, 1, name.length()).toString()).isEqualTo(name);
        }
    }
}
