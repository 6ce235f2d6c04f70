package dev.gatehouse;

import dev.gatehouse.cli.Starter.Opening;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.config.ConfigFile.Mode;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Secrets that were made for apps whose file names none: shown once, and to people only. */
final class FirstSecrets {
    private static final Logger LOG = LoggerFactory.getLogger(FirstSecrets.class);

    private FirstSecrets() {}

    static void tell(Opening opening, List<Clients.Made> secrets) {
        boolean people = opening.mode() == Mode.DEV || opening.terminal().interactive();
        for (Clients.Made made : secrets) {
            if (people) opening.terminal().out().println(line(made));
            else
                LOG.info(
                        "client {} got a secret; `gatehouse app rotate-secret {}` makes another one and shows it",
                        made.client(),
                        made.client());
        }
        opening.terminal().out().flush();
    }

    private static String line(Clients.Made made) {
        return "    Secret of client " + made.client() + ", shown this once: "
                + made.secret().reveal();
    }
}
