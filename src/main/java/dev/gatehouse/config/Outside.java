package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH115;

import dev.gatehouse.config.Config.Listen;
import java.util.Map;
import java.util.Optional;

/** What wins over the file: a flag, else a variable of the environment. An empty variable is an unset one. */
record Outside(
        Optional<Text> url,
        Optional<Text> listen,
        Optional<Text> admin,
        Optional<Text> database,
        Optional<Text> port,
        Optional<Text> masterKey) {

    static Outside of(Map<String, String> environment, Overrides flags) {
        Optional<Text> listen = flag("--listen", flags.listen());
        return new Outside(
                flag("--url", flags.url()).or(() -> variable("PUBLIC_URL", environment)),
                listen,
                flag("--admin", flags.admin()),
                flag("--database", flags.database()).or(() -> variable("DATABASE_URL", environment)),
                listen.isPresent() ? Optional.empty() : variable("PORT", environment),
                variable("MASTER_KEY", environment));
    }

    /** {@code PORT} names a port, so the host of {@code listen} stays. */
    Listen port(Listen listen, Reading reading) {
        if (port.isEmpty()) return listen;
        Text text = port.get();
        if (!text.text().matches("[0-9]{1,5}") || Integer.parseInt(text.text()) > 65535) {
            reading.faults().error(GH115, text.place(), "`" + text.text() + "` is not a port", "it takes 0 to 65535");
            return listen;
        }
        reading.inForce("listen", listen.host().orElse("") + ":" + text.text(), text.origin());
        return new Listen(listen.host(), Integer.parseInt(text.text()));
    }

    private static Optional<Text> flag(String name, Optional<String> value) {
        return value.map(text -> Text.of(name, text));
    }

    private static Optional<Text> variable(String name, Map<String, String> environment) {
        return Optional.ofNullable(environment.get(name))
                .filter(value -> !value.isEmpty())
                .map(value -> Text.of(name, value));
    }
}
