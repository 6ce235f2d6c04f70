package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.identity.Mails;
import io.vertx.core.json.JsonObject;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse mail …}: what was written to people. The text is shown of those alone that are kept for reading: in the others are links that open accounts. */
final class MailCommands {
    private static final List<String> COLUMNS = List.of("id", "to", "kind", "state", "attempts", "made_at");

    @Command(name = "mail", description = "Mails to people: list, show.")
    static final class MailGroup extends Cli.Group {}

    private MailCommands() {}

    static CommandLine all(Invocation invocation) {
        return new CommandLine(new MailGroup())
                .addSubcommand(new ListMails(invocation))
                .addSubcommand(new Show(invocation));
    }

    @Command(name = "list", description = "Mails that are kept, wait to be sent, or were sent in the last hour.")
    static final class ListMails implements Runnable {
        private final Invocation invocation;

        @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "At most N, the newest first.")
        private int limit;

        ListMails(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public void run() {
            if (limit < 1 || limit > 1000) throw CommandRefused.because("--limit takes 1 to 1000");
            try (var desk = Desk.open(invocation.file(ConfigFile.Mode.CHECK))) {
                var mails = new Mails(desk.database(), desk.keyWrapping());
                invocation.show(
                        COLUMNS,
                        desk.await(mails.list(limit)).stream()
                                .map(ListMails::view)
                                .toList());
            }
        }

        private static JsonObject view(Mails.Listed mail) {
            return new JsonObject()
                    .put("id", mail.id())
                    .put("to", mail.recipient())
                    .put("kind", mail.kind())
                    .put("state", mail.state())
                    .put("attempts", mail.attempts())
                    .put("made_at", mail.madeAt().toString());
        }
    }

    @Command(name = "show", description = "A mail that was kept for reading (`smtp: mailbox`).")
    static final class Show implements Runnable {
        private final Invocation invocation;

        @Parameters(paramLabel = "ID", description = "As `mail list` shows it.")
        private long id;

        Show(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public void run() {
            try (var desk = Desk.open(invocation.file(ConfigFile.Mode.CHECK))) {
                var mails = new Mails(desk.database(), desk.keyWrapping());
                var found = desk.await(mails.show(id))
                        .orElseThrow(() -> CommandRefused.because("no mail " + id + " is kept for reading"));
                if (invocation.json()) invocation.show(view(found));
                else print(found);
            }
        }

        private static JsonObject view(Mails.Kept kept) {
            return new JsonObject()
                    .put("id", kept.id())
                    .put("to", kept.mail().recipient())
                    .put("kind", kept.mail().kind())
                    .put("made_at", kept.madeAt().toString())
                    .put("subject", kept.mail().subject())
                    .put("text", kept.mail().text());
        }

        private void print(Mails.Kept kept) {
            invocation.say("To: " + kept.mail().recipient());
            invocation.say("Date: " + kept.madeAt());
            invocation.say("Subject: " + kept.mail().subject());
            invocation.say("");
            invocation.say(kept.mail().text().stripTrailing());
        }
    }
}
