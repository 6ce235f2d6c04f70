package dev.gatehouse.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GateLockTest {
    @TempDir
    Path data;

    @Test
    void a_second_gate_is_refused_and_told_who_is_there() throws Exception {
        Process first = OtherProcess.start("gate", data);
        try {
            assertThatThrownBy(() -> GateLock.take(data))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("process " + first.pid())
                    .hasMessageContaining("--data");
        } finally {
            first.destroyForcibly().waitFor();
        }
        GateLock.take(data).close();
    }

    @Test
    void within_one_process_it_is_refused_as_well() throws IOException {
        try (var first = GateLock.take(data)) {
            assertThatThrownBy(() -> GateLock.take(data)).isInstanceOf(StartFailure.class);
        }
        GateLock.take(data).close();
    }
}
