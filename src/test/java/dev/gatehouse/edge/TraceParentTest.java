package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("W3C Trace Context 3.2")
final class TraceParentTest {
    @Test
    void ours_are_valid_and_differ() {
        var traces = new TraceParent(7, false);
        String first = traces.next();

        assertThat(TraceParent.isValid(first)).isTrue();
        assertThat(traces.next()).isNotEqualTo(first);
        assertThat(TraceParent.traceId(first)).hasSize(32);
    }

    @Test
    void others_are_checked() {
        String good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assertThat(TraceParent.isValid(good)).isTrue();
        assertThat(List.of(
                        "",
                        good.toUpperCase(java.util.Locale.ROOT),
                        good + "-00",
                        "01" + good.substring(2),
                        "ff" + good.substring(2),
                        good.replace('-', '_'),
                        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01"))
                .noneMatch(TraceParent::isValid);
    }
}
