package dev.gatehouse.cli;

import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.ClientDesk;
import dev.gatehouse.config.App;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.DurationText;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse app …}: applications that may ask for tokens. Those of the file are read here and changed there. */
final class AppCommands {
    @Command(
            name = "app",
            aliases = "client",
            description = "Apps that may ask for tokens: add, list, show, rotate-secret, invite, delete.")
    static final class AppGroup extends Cli.Group {}

    private AppCommands() {}

    static CommandLine all(Invocation invocation) {
        return new CommandLine(new AppGroup())
                .addSubcommand(new AppAddCommand(invocation))
                .addSubcommand(new ListApps(invocation))
                .addSubcommand(new Show(invocation))
                .addSubcommand(new RotateSecret(invocation))
                .addSubcommand(new Invite(invocation))
                .addSubcommand(new Delete(invocation));
    }

    static ClientDesk clients(Desk desk) {
        return new ClientDesk(desk.database(), desk.trail(), new SecureRandom(), desk.clock(), Source.CLI);
    }

    @Command(
            name = "list",
            description = "The apps of the file, then those of the database, a page at a time in the order of ids.")
    static final class ListApps implements Runnable {
        private final Invocation invocation;

        @Option(names = "--after", paramLabel = "NAME", description = "Go on after this app of the database.")
        private Optional<String> after = Optional.empty();

        @Option(
                names = "--limit",
                paramLabel = "N",
                description = "At most this many of the database, up to " + ClientDesk.LONGEST_PAGE
                        + " (default: ${DEFAULT-VALUE}).")
        private int limit = 100;

        ListApps(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public void run() {
            if (limit < 1) throw CommandRefused.usage("--limit takes a number from 1 on");
            var file = invocation.file(ConfigFile.Mode.CHECK);
            try (var desk = Desk.open(file)) {
                var rows = new ArrayList<JsonObject>();
                if (after.isEmpty()) for (App app : file.config().clients().values()) rows.add(AppView.row(app));
                var page = desk.await(clients(desk).list(after.map(ClientId::new), limit));
                page.forEach(entry -> rows.add(AppView.row(entry)));
                invocation.show(AppView.COLUMNS, rows);
                if (page.size() == Math.min(limit, ClientDesk.LONGEST_PAGE))
                    invocation.warn("there may be more: --after "
                            + page.get(page.size() - 1).client().id());
            }
        }
    }

    /** A command about one app. */
    abstract static class OneApp implements Runnable {
        final Invocation invocation;

        @Parameters(index = "0", paramLabel = "NAME", description = "The app's id.")
        String name = "";

        OneApp(Invocation invocation) {
            this.invocation = invocation;
        }

        /** Who manages it decides what can be done. */
        abstract void ofFile(Desk desk, ClientDesk clients, App app);

        abstract void ofDatabase(Desk desk, ClientDesk clients, ClientId id);

        @Override
        public void run() {
            if (name.isBlank()) throw nobody(name);
            var id = new ClientId(name);
            var file = invocation.file(ConfigFile.Mode.CHECK);
            try (var desk = Desk.open(file)) {
                App app = file.config().clients().get(id);
                if (app != null) ofFile(desk, clients(desk), app);
                else if (id.equals(Client.GATEHOUSE)) throw CommandRefused.because("`gatehouse` is built in");
                else ofDatabase(desk, clients(desk), id);
            }
        }

        final void show(String sentence, ClientId id, Secret secret) {
            if (invocation.json())
                invocation.show(new JsonObject().put("id", id.value()).put("secret", secret.reveal()));
            else {
                invocation.say(sentence);
                invocation.say(secret.reveal());
            }
        }
    }

    @Command(
            name = "show",
            description = "Everything about one app, with what its type amounts to; nothing of it secret.")
    static final class Show extends OneApp {
        Show(Invocation invocation) {
            super(invocation);
        }

        @Override
        void ofFile(Desk desk, ClientDesk clients, App app) {
            invocation.show(AppView.of(app, desk.await(clients.hasSecretOfItsOwn(app.id()))));
        }

        @Override
        void ofDatabase(Desk desk, ClientDesk clients, ClientId id) {
            invocation.show(AppView.of(desk.await(clients.find(id)).orElseThrow(() -> nobody(name))));
        }
    }

    @Command(name = "rotate-secret", description = "Another secret, shown once; the old one no longer counts.")
    static final class RotateSecret extends OneApp {
        RotateSecret(Invocation invocation) {
            super(invocation);
        }

        @Override
        void ofFile(Desk desk, ClientDesk clients, App app) {
            if (app.proof().secret().isPresent()) throw changeThere(app);
            if (!AppView.provesItselfBySecret(app)) throw noSecret();
            shown(app.id(), desk.await(clients.rotateOfFile(app.id())));
        }

        @Override
        void ofDatabase(Desk desk, ClientDesk clients, ClientId id) {
            if (desk.await(clients.find(id)).isEmpty()) throw nobody(name);
            shown(id, desk.await(clients.rotate(id)));
        }

        private void shown(ClientId id, Optional<Secret> secret) {
            show("the new secret of " + id + ", shown this once:", id, secret.orElseThrow(this::noSecret));
        }

        private CommandRefused noSecret() {
            return CommandRefused.because("`" + name + "` does not prove itself by a secret");
        }
    }

    @Command(name = "delete", description = "The app is gone, and everything that was granted to it.")
    static final class Delete extends OneApp {
        Delete(Invocation invocation) {
            super(invocation);
        }

        @Override
        void ofFile(Desk desk, ClientDesk clients, App app) {
            throw changeThere(app);
        }

        @Override
        void ofDatabase(Desk desk, ClientDesk clients, ClientId id) {
            if (!desk.await(clients.delete(id))) throw nobody(name);
            invocation.say(name + " is gone");
        }
    }

    @Command(
            name = "invite",
            description = "An initial access token, shown once, by which apps register themselves at /oauth/register.")
    static final class Invite implements Runnable {
        private static final int MOST_USES = 1_000_000;

        private final Invocation invocation;

        @Option(names = "--uses", paramLabel = "N", description = "How many apps (default: ${DEFAULT-VALUE}).")
        private int uses = 1;

        @Option(
                names = "--expires",
                paramLabel = "DURATION",
                description = "How long it is good for, as 15m, 12h or 7d (default: ${DEFAULT-VALUE}).")
        private String expires = "7d";

        Invite(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public void run() {
            if (uses < 1 || uses > MOST_USES) throw CommandRefused.usage("--uses takes 1 to " + MOST_USES);
            var good = good();
            try (var desk = Desk.open(invocation.file(ConfigFile.Mode.CHECK))) {
                var invitation = desk.await(clients(desk).invite(uses, good));
                if (invocation.json())
                    invocation.show(new JsonObject()
                            .put("initial_access_token", invitation.token().reveal())
                            .put("uses", invitation.uses())
                            .put("expires_at", invitation.expires().toString()));
                else {
                    invocation.say("an initial access token for " + (uses == 1 ? "one app" : uses + " apps")
                            + ", good until " + invitation.expires() + ", shown this once:");
                    invocation.say(invitation.token().reveal());
                }
            }
        }

        private Duration good() {
            try {
                return DurationText.parse(expires);
            } catch (IllegalArgumentException wrong) {
                throw CommandRefused.usage("--expires: " + wrong.getMessage());
            }
        }
    }

    static CommandRefused nobody(String name) {
        return CommandRefused.because("there is no app `" + name.replaceAll("\\p{Cntrl}", "?") + "`");
    }

    static CommandRefused changeThere(App app) {
        return CommandRefused.because("`" + app.id() + "` is in " + app.at().fileAndLine() + "; change it there");
    }
}
