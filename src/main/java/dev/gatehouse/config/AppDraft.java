package dev.gatehouse.config;

import dev.gatehouse.vocabulary.ClientId;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;

/** An app that somebody describes elsewhere in the words of the file, read and checked as if it stood there. */
public final class AppDraft {
    private AppDraft() {}

    /**
     * @param section the keys of a client with their values; every JSON text is YAML
     * @throws ConfigFaults with everything that is wrong
     */
    public static App read(String name, JsonObject section, Collection<String> scopes) {
        var sentences = new JsonObject();
        scopes.forEach(scope -> sentences.put(scope, scope));
        var file = new JsonObject().put("scopes", sentences).put("clients", new JsonObject().put(name, section));
        byte[] bytes = file.encodePrettily().getBytes(StandardCharsets.UTF_8);
        Config config = ConfigFile.parse(Path.of(name), bytes, Map.of(), Overrides.NONE, ConfigFile.Mode.CHECK)
                .config();
        return Objects.requireNonNull(config.clients().get(new ClientId(name)));
    }
}
