package dev.gatehouse.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Whatever a file holds, reading it ends with a config or with faults that can be shown. */
final class ConfigFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void any_bytes(byte[] bytes) {
        read(bytes);
    }

    @Property(tries = 100)
    void random_bytes(@ForAll @Size(max = 400) byte[] bytes) {
        read(bytes);
    }

    @Property(tries = 100)
    void a_good_file_with_a_byte_changed(@ForAll int at, @ForAll byte to) throws java.io.IOException {
        byte[] bytes = java.nio.file.Files.readAllBytes(ConfigFileTest.VALID.resolve("every-key.yaml"));
        bytes[Math.floorMod(at, bytes.length)] = to;
        read(bytes);
    }

    private static void read(byte[] bytes) {
        try {
            ConfigFile.parse(Path.of("gatehouse.yaml"), bytes, Map.of("SET", "x"), Overrides.NONE, ConfigFile.Mode.RUN);
        } catch (ConfigFaults faults) {
            faults.pretty();
            faults.json();
        }
    }
}
