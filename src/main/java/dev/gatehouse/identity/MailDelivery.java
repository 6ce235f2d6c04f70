package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent.MailUnsent;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.MailSettings;
import dev.gatehouse.config.MailSettings.Sender;
import dev.gatehouse.config.MailSettings.Smtp;
import dev.gatehouse.identity.Mails.Mail;
import dev.gatehouse.identity.Mails.Taken;
import dev.gatehouse.outbound.Letter;
import dev.gatehouse.outbound.MailServer;
import dev.gatehouse.outbound.MailServer.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings mails to the server that the settings name, or keeps them for reading where they say so. One node does it for all; it looks when the database says that there
 * is one, and every few seconds for those that wait. A server that is away is asked again, ever more rarely, until the mail is not worth it any more.
 */
public final class MailDelivery {
    /** What the trigger of the table says. */
    public static final String CHANNEL = "gatehouse_mail";

    public static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    /** Twice as many as there are connections. */
    private static final int AT_ONCE = 4;

    private static final Pattern LINK = Pattern.compile("https?://\\S+");
    private static final Logger LOG = LoggerFactory.getLogger(MailDelivery.class);

    private final Vertx vertx;
    private final Mails mails;
    private final Supplier<Config> config;
    private final URI url;
    private final AuditTrail trail;
    private Future<Void> round = Future.succeededFuture();
    private boolean again;
    private boolean closed;
    private @Nullable Open open;

    /** {@code url} is what browsers see. */
    public MailDelivery(Vertx vertx, Mails mails, Supplier<Config> config, String url, AuditTrail trail) {
        this.vertx = vertx;
        this.mails = mails;
        this.config = config;
        this.url = URI.create(url);
        this.trail = trail;
    }

    /** A server as the settings had it when it was opened. */
    private record Open(Smtp.Server settings, Sender from, Optional<Path> ca, MailServer server) {}

    /** Everything that is due now. While a round is under way another one is only noted down. */
    public synchronized Future<Void> round() {
        if (closed) return Future.succeededFuture();
        if (!round.isComplete()) {
            again = true;
            return round;
        }
        again = false;
        round = untilNothingIsDue().otherwise(failure -> {
            LOG.debug("mails could not be read: {}", failure.getMessage());
            return null;
        });
        round.onComplete(done -> lookAgain());
        return round;
    }

    /** What was begun is finished. */
    public synchronized Future<Void> close() {
        closed = true;
        return round.eventually(this::closeServer);
    }

    private synchronized void lookAgain() {
        if (again) round();
    }

    private Future<Void> untilNothingIsDue() {
        MailSettings settings = config.get().email();
        if (settings.smtp().isEmpty()) return Future.succeededFuture();
        return mails.take(AT_ONCE)
                .compose(taken -> Future.join(taken.stream()
                                .map(mail -> deliver(mail, settings))
                                .toList())
                        .transform(told -> Future.succeededFuture(taken.size())))
                .compose(many -> many == AT_ONCE && !isClosed() ? untilNothingIsDue() : Future.succeededFuture());
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private Future<Void> deliver(Taken taken, MailSettings settings) {
        if (taken.late()) return givenUp(taken, "too late");
        if (taken.mail().isEmpty()) return givenUp(taken, "the master key does not open it");
        Mail mail = taken.mail().get();
        if (!(settings.smtp().orElseThrow() instanceof Smtp.Server server)) return kept(taken, mail);
        Optional<String> route = Letter.route(mail.recipient());
        if (route.isEmpty()) return givenUp(taken, "no mail can be sent to such an address");
        return server(server, sender(settings))
                .hand(new Letter(route.get(), mail.subject(), mail.text()))
                .compose(outcome -> told(taken, outcome));
    }

    private Future<Void> told(Taken taken, Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) return givenUp(taken, refused.why());
        if (outcome instanceof Outcome.NotNow notNow) {
            LOG.warn("mail {} ({}) was not taken, again later: {}", taken.id(), taken.kind(), notNow.why());
            return Future.succeededFuture();
        }
        return mails.done(taken);
    }

    private Future<Void> givenUp(Taken taken, String why) {
        LOG.warn("mail {} ({}) will not be sent: {}", taken.id(), taken.kind(), why);
        return trail.record(new MailUnsent(taken.account(), taken.kind(), why)).compose(recorded -> mails.done(taken));
    }

    /** On this machine its links are in the log, where whoever tries things out sees them; anywhere else they open accounts of others. */
    private Future<Void> kept(Taken taken, Mail mail) {
        return mails.keep(taken).onSuccess(kept -> {
            String links =
                    LINK.matcher(mail.text()).results().map(MatchResult::group).collect(Collectors.joining(" "));
            if (isAtHome()) LOG.info("mail {} to {}: {} {}", taken.id(), mail.recipient(), mail.subject(), links);
            else LOG.info("mail {} ({}) is kept: gatehouse mail show {}", taken.id(), taken.kind(), taken.id());
        });
    }

    private boolean isAtHome() {
        String host = url.getHost();
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.startsWith("127.")
                || host.equals("[::1]");
    }

    private Sender sender(MailSettings settings) {
        return settings.from()
                .orElseGet(() -> new Sender(
                        Optional.of(config.get().branding().name()),
                        "no-reply@" + url.getHost().replaceAll("[\\[\\]:]", "")));
    }

    /** The one that is open, or another where the settings have changed. */
    private synchronized MailServer server(Smtp.Server settings, Sender from) {
        Optional<Path> ca = config.get().outbound().ca();
        Open before = open;
        if (before != null
                && before.settings().equals(settings)
                && before.from().equals(from)
                && before.ca().equals(ca)) return before.server();
        closeServer();
        var server = new MailServer(vertx, settings, from, url.getHost(), ca);
        open = new Open(settings, from, ca, server);
        return server;
    }

    private synchronized Future<Void> closeServer() {
        Open before = open;
        open = null;
        return before == null ? Future.succeededFuture() : before.server().close();
    }
}
