package dev.gatehouse.cli;

import dev.gatehouse.audit.AuditEvent.KeyRotated;
import dev.gatehouse.audit.Source;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.keys.Keys;
import dev.gatehouse.keys.SigningKey;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatehouse key …}: the keys that sign tokens; their private parts stay where they are. */
final class KeyCommands {
    private static final List<String> COLUMNS =
            List.of("kid", "algorithm", "phase", "made_at", "active_at", "retired_at", "gone_at");

    @Command(name = "key", description = "The keys that sign tokens: list, rotate.")
    static final class KeyGroup extends Cli.Group {}

    private KeyCommands() {}

    static CommandLine all(Invocation invocation) {
        return new CommandLine(new KeyGroup())
                .addSubcommand(new ListKeys(invocation))
                .addSubcommand(new Rotate(invocation));
    }

    @Command(name = "list", description = "The signing keys and their phases.")
    static final class ListKeys implements Runnable {
        private final Invocation invocation;

        ListKeys(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public void run() {
            try (var desk = Desk.open(invocation.file(ConfigFile.Mode.CHECK))) {
                var keys = KeyDesk.at(desk, KeyDesk.algorithms(desk));
                desk.await(keys.refresh());
                show(invocation, keys.ring());
            }
        }
    }

    @Command(
            name = "rotate",
            description = "The next key signs from now on; the old one stays published until its tokens are gone.")
    static final class Rotate implements Runnable {
        private final Invocation invocation;

        @Parameters(arity = "0..1", paramLabel = "ALGORITHM", description = "Only this one, for example ES256.")
        private Optional<String> algorithm = Optional.empty();

        Rotate(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public void run() {
            try (var desk = Desk.open(invocation.file(ConfigFile.Mode.CHECK))) {
                var wanted = wanted(KeyDesk.algorithms(desk));
                var keys = KeyDesk.at(desk, wanted);
                desk.await(keys.refresh());
                rotate(desk, keys, wanted);
                show(invocation, keys.ring());
            }
        }

        private List<JwsAlgorithm> wanted(List<JwsAlgorithm> all) {
            if (algorithm.isEmpty()) return all;
            return all.stream()
                    .filter(each -> each.wireName().equalsIgnoreCase(algorithm.get()))
                    .findFirst()
                    .map(List::of)
                    .orElseThrow(() -> CommandRefused.because(
                            "nothing is signed with that algorithm here; the file asks for " + all));
        }

        private static void rotate(Desk desk, Keys keys, List<JwsAlgorithm> algorithms) {
            KeyRing ring = desk.await(keys.rotate());
            for (JwsAlgorithm algorithm : algorithms) {
                String kid = ring.active(algorithm).orElseThrow().kid();
                desk.await(desk.trail().record(new KeyRotated(algorithm.wireName(), kid, Source.CLI)));
            }
        }
    }

    private static void show(Invocation invocation, KeyRing ring) {
        invocation.show(COLUMNS, ring.keys().stream().map(KeyCommands::view).toList());
    }

    private static JsonObject view(SigningKey key) {
        return new JsonObject()
                .put("kid", key.kid())
                .put("algorithm", key.algorithm().wireName())
                .put("phase", key.phase().name())
                .put("made_at", key.times().made().toString())
                .put("active_at", text(key.times().active()))
                .put("retired_at", text(key.times().retired()))
                .put("gone_at", text(key.times().gone()));
    }

    private static Object text(Optional<Instant> time) {
        return time.map(Instant::toString).orElse("");
    }
}
