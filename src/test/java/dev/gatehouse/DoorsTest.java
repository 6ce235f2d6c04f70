package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Config.Listen;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class DoorsTest {
    @Test
    @DisplayName("a port of 0 becomes one that no connection going out is given meanwhile")
    void any_port() {
        for (int i = 0; i < 100; i++)
            assertThat(Doors.withPort(new Listen(Optional.of("127.0.0.1"), 0)).port())
                    .isBetween(10_240, 32_767);
        var said = new Listen(Optional.of("127.0.0.1"), 40_000);
        assertThat(Doors.withPort(said)).isEqualTo(said);
    }
}
