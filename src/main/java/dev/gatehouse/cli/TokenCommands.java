package dev.gatehouse.cli;

import dev.gatehouse.audit.AuditEvent.Revoked;
import dev.gatehouse.audit.Source;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.tokens.TokenInspection;
import dev.gatehouse.tokens.Verdict;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gatehouse token …}: a token that somebody holds; it comes from a prompt or standard input and is never printed. */
final class TokenCommands {
    /** What clocks may differ by; the log of revocations keeps an entry for so long after the token has expired. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    @Command(name = "token", description = "Tokens that somebody holds: inspect, revoke.")
    static final class TokenGroup extends Cli.Group {}

    private TokenCommands() {}

    static CommandLine all(Invocation invocation) {
        return new CommandLine(new TokenGroup())
                .addSubcommand(new Inspect(invocation))
                .addSubcommand(new Revoke(invocation));
    }

    @Command(name = "inspect", description = "What a token says, whether it counts, and why not.")
    static final class Inspect implements Callable<Integer> {
        private final Invocation invocation;

        @Mixin
        private final SecretInput input = new SecretInput();

        Inspect(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Integer call() {
            String token = input.read(invocation.terminal(), "Token");
            try (var desk = Desk.open(invocation.file(ConfigFile.Mode.CHECK))) {
                var found = TokenDesk.at(desk).inspect(token);
                invocation.show(view(found));
                return found.verdict() instanceof Verdict.Accepted ? Exit.OK : Exit.REFUSED;
            }
        }

        private static JsonObject view(TokenInspection found) {
            var view = new JsonObject();
            if (found.verdict() instanceof Verdict.Rejected no)
                view.put("counts", false).put("because", no.detail());
            else view.put("counts", true);
            return view.put("key", found.kid().orElse(null))
                    .put("header", new JsonObject(found.header()))
                    .put("claims", new JsonObject(found.payload()));
        }
    }

    @Command(name = "revoke", description = "The token no longer counts, from the next request on.")
    static final class Revoke implements Callable<Integer> {
        private final Invocation invocation;

        @Mixin
        private final SecretInput input = new SecretInput();

        Revoke(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Integer call() {
            String token = input.read(invocation.terminal(), "Token");
            try (var desk = Desk.open(invocation.file(ConfigFile.Mode.CHECK))) {
                var id = revoke(desk, TokenDesk.at(desk).inspect(token));
                invocation.say("token " + id + " is revoked");
            }
            return Exit.OK;
        }

        private static String revoke(Desk desk, TokenInspection found) {
            if (found.verdict() instanceof Verdict.Rejected no)
                throw CommandRefused.because("this token does not count anyway: " + no.detail());
            Claims claims = ((Verdict.Accepted) found.verdict()).claims();
            String id = claims.id()
                    .orElseThrow(() -> CommandRefused.because("this token has no id (jti); revoke its user instead"));
            var revocation = new Revocation.OfToken(id, claims.expiresAt().plus(MARGIN));
            var event = new Revoked("token", id, Optional.empty(), Source.CLI);
            desk.await(desk.database().inTransaction(transaction -> Revocations.write(transaction, revocation)
                    .compose(written -> desk.trail().record(transaction, event))));
            return id;
        }
    }
}
