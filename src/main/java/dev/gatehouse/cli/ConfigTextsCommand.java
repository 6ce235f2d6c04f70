package dev.gatehouse.cli;

import dev.gatehouse.config.OwnTexts;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatehouse config texts LANGUAGE}: what pages and mails say, as a file of texts of one's own says it. */
@Command(name = "texts", description = "What pages and mails say in a language, as a file for `branding.texts`.")
final class ConfigTextsCommand implements Runnable {
    private final Invocation invocation;

    @Parameters(paramLabel = "LANGUAGE", arity = "0..1", defaultValue = "en", description = "de, en, es or fr.")
    private String language = "en";

    ConfigTextsCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        Set<String> languages = OwnTexts.LANGUAGES;
        if (!languages.contains(language))
            throw CommandRefused.usage("the pages speak " + String.join(", ", languages) + ", not `" + language + "`");
        Map<String, String> texts = OwnTexts.ours(language);
        if (invocation.json()) {
            invocation.show(
                    List.of("key", "text"),
                    texts.entrySet().stream().map(ConfigTextsCommand::row).toList());
            return;
        }
        texts.forEach((key, text) -> invocation.say(key + " = " + written(text)));
    }

    private static JsonObject row(Map.Entry<String, String> text) {
        return new JsonObject().put("key", text.getKey()).put("text", text.getValue());
    }

    /** As {@link java.util.Properties} reads it back. */
    private static String written(String text) {
        String escaped = text.replace("\\", "\\\\").replace("\n", "\\n");
        return escaped.startsWith(" ") ? "\\" + escaped : escaped;
    }
}
