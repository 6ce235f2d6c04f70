package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred thousand people in one run of the command line, in a process with a small heap, into the embedded database; one of them then signs in. */
final class ManyPeopleTest {
    private static final int MANY = 100_000;
    private static final String APR1 = "$apr1$xxxxxxxx$dxHfLAsjHkDRmG83UXe8K0";

    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "100 000 people come in with a heap of 64 MiB; a hash from elsewhere lets its owner in and is one of ours from then on")
    void a_hundred_thousand_come_in() throws Exception {
        Path file = folder.resolve("people.csv");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("username,email,password_hash,name,groups\n");
            for (int i = 0; i < MANY; i++)
                out.write("person-" + i + ",person-" + i + "@people.example," + APR1 + ",Person " + i + ",g" + i % 10
                        + "\n");
            out.write("no body,,,,\n");
        }
        Files.writeString(folder.resolve("gatehouse.yaml"), "");
        Programs.lendTo(folder.resolve("data"));
        var command = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.gatehouse.Main",
                        "--config",
                        folder.resolve("gatehouse.yaml").toString(),
                        "user",
                        "import",
                        file.toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile());
        command.environment().put("MASTER_KEY", Gate.MASTER_KEY);
        Process process = command.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(folder.resolve("said"));
        assertThat(said).contains("line 100002: A name has", "100000 of 100001 people were imported; 1 faults");
        assertThat(process.exitValue()).isEqualTo(1);
        try (Gate gate = Gate.open(folder, "embedded", "url: http://localhost:8080\n")) {
            var body = new JsonObject().put("username", "person-77777").put("password", "password");
            assertThat(gate.post("/login", body).statusCode()).isEqualTo(200);
            assertThat(gate.post("/login", body.copy().put("password", "another"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(gate.post("/login", body).statusCode()).isEqualTo(200);
        }
    }
}
