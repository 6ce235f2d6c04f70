package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.Attributes;
import dev.gatehouse.identity.Username;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse user attribute NAME}: shows what the house says of a person in claims of tokens, and changes it where something is named. */
@Command(
        name = "attribute",
        description = "What claims of tokens may say of a person (`tokens.claims`), from the next token on.")
final class UserAttributeCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(index = "0", paramLabel = "NAME", description = "The user name.")
    private String name = "";

    @Parameters(
            index = "1..*",
            paramLabel = "KEY=VALUE",
            description =
                    "A text, such as tenant=acme; with := a value in JSON, such as level:=3 or sites:='[\"a\",\"b\"]'.")
    private List<String> set = List.of();

    @Option(names = "--unset", paramLabel = "KEY", description = "An attribute that goes; may be repeated.")
    private List<String> unset = List.of();

    UserAttributeCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        var username = Username.find(name).orElseThrow(() -> UserCommand.nobody(name));
        Map<String, Object> values = values();
        try (var desk = Desk.open(invocation.file(ConfigFile.Mode.CHECK))) {
            Attributes attributes = desk.attributes();
            var asked = values.isEmpty() && unset.isEmpty()
                    ? attributes.of(username)
                    : attributes.change(username, values, Set.copyOf(unset), By.CLI);
            invocation.show(desk.await(asked).orElseThrow(() -> UserCommand.nobody(name)));
        }
        return Exit.OK;
    }

    private Map<String, Object> values() {
        var values = new LinkedHashMap<String, Object>();
        for (String each : set) {
            int sign = each.indexOf('=');
            if (sign < 1) throw CommandRefused.usage("write KEY=VALUE, or KEY:=JSON");
            boolean json = each.charAt(sign - 1) == ':';
            String text = each.substring(sign + 1);
            values.put(each.substring(0, json ? sign - 1 : sign), json ? value(text) : text);
        }
        return values;
    }

    private static Object value(String json) {
        try {
            Object value = Json.decodeValue(json);
            if (value != null) return value;
        } catch (DecodeException wrong) {
            // Said below, as of null.
        }
        throw CommandRefused.usage("what follows := is a number, true, false, a text in quotes or a list of those");
    }
}
