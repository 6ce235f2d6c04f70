package dev.gatehouse.outbound;

import dev.gatehouse.config.MailSettings.Sender;
import dev.gatehouse.config.MailSettings.Smtp;
import dev.gatehouse.config.MailSettings.Tls;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The operator's mail server (RFC 5321): takes a letter, or says why not. Two connections at most, each told to hurry; nothing of it is loaded before the first letter.
 * It is named in the file, so it may be in any network.
 */
public final class MailServer {
    static final int CONNECTIONS = 2;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    /** A server that says nothing for so long says nothing more. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(20);

    private static final Duration WHOLE_LIMIT = Duration.ofSeconds(60);
    private static final int LONGEST_REPLY = 200;

    /** So many bytes of a name fit into one encoded word (RFC 2047 §2). */
    private static final int ENCODED_WORD_BYTES = 45;

    private final Vertx vertx;
    private final Smtp.Server server;
    private final String from;
    private final String ownHost;
    private final Optional<Path> alsoTrusted;
    private final Limits limits;
    private @Nullable Future<MailClient> client;

    /** How long things may take. */
    record Limits(Duration silence, Duration whole) {}

    /** {@code ownHost} is how we introduce ourselves, and the right half of every Message-ID; {@code alsoTrusted} as {@link Roots} takes it. */
    public MailServer(Vertx vertx, Smtp.Server server, Sender from, String ownHost, Optional<Path> alsoTrusted) {
        this(vertx, server, from, ownHost, alsoTrusted, new Limits(SILENCE_LIMIT, WHOLE_LIMIT));
    }

    MailServer(
            Vertx vertx, Smtp.Server server, Sender from, String ownHost, Optional<Path> alsoTrusted, Limits limits) {
        this.vertx = vertx;
        this.server = server;
        this.from = from.name()
                .map(name -> phrase(name) + " <" + from.address() + ">")
                .orElse(from.address());
        this.ownHost = ownHost;
        this.alsoTrusted = alsoTrusted;
        this.limits = limits;
    }

    /** What became of a letter. */
    public sealed interface Outcome {
        /** The server has it, and answers for it. */
        record Taken() implements Outcome {}

        /** Worth another try: the server was not there, was busy, or did not like us. */
        record NotNow(String why) implements Outcome {}

        /** The server does not want this letter, and would not another time. */
        record Refused(String why) implements Outcome {}
    }

    /** Never fails. */
    public Future<Outcome> hand(Letter letter) {
        return client().compose(open -> open.sendMail(message(letter)))
                .timeout(limits.whole().toMillis(), TimeUnit.MILLISECONDS)
                .<Outcome>map(sent -> new Outcome.Taken())
                .otherwise(MailServer::notTaken);
    }

    public synchronized Future<Void> close() {
        Future<MailClient> opened = client;
        client = null;
        return opened == null
                ? Future.succeededFuture()
                : opened.compose(MailClient::close).otherwiseEmpty();
    }

    private synchronized Future<MailClient> client() {
        Future<MailClient> opened = client;
        if (opened == null || opened.failed()) {
            opened = vertx.executeBlocking(this::open, false);
            client = opened;
        }
        return opened;
    }

    /** Reads a file where one is trusted. */
    private MailClient open() throws Exception {
        var config = new MailConfig(server.host(), server.port())
                .setOwnHostname(ownHost)
                .setUserAgent("gatehouse")
                .setMaxPoolSize(CONNECTIONS)
                .setKeepAliveTimeout(10)
                .setMaxMailsPerConnection(100)
                .setConnectTimeout((int) CONNECT_LIMIT.toMillis())
                .setIdleTimeout((int) limits.silence().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setSsl(server.tls() == Tls.IMPLICIT)
                .setStarttls(server.tls() == Tls.STARTTLS ? StartTLSOptions.REQUIRED : StartTLSOptions.DISABLED)
                .setHostnameVerificationAlgorithm("HTTPS")
                .setLogin(server.login().isPresent() ? LoginOption.REQUIRED : LoginOption.DISABLED);
        if (server.tls() != Tls.OFF)
            config.setTrustOptions(new Roots().with(alsoTrusted).getTrustOptions());
        server.login().ifPresent(login -> config.setUsername(login.user())
                .setPassword(login.password().reveal()));
        return MailClient.create(vertx, config);
    }

    private MailMessage message(Letter letter) {
        return new MailMessage()
                .setFrom(from)
                .setTo(letter.to())
                .setSubject(letter.subject())
                .setText(letter.text())
                .setHtml(letter.html())
                // Nobody's holiday answers this (RFC 3834 §5).
                .setHeaders(MultiMap.caseInsensitiveMultiMap().set("Auto-Submitted", "auto-generated"));
    }

    /** A no to the receiver or to the letter is final; a no to us, our password say, is the operator's to put right. */
    private static Outcome notTaken(Throwable cause) {
        String why = said(cause);
        boolean aboutTheLetter = cause instanceof SMTPException refused
                && refused.isPermanent()
                && !why.startsWith("sender address")
                && !isAboutLogin(refused.getReplyCode());
        return aboutTheLetter ? new Outcome.Refused(why) : new Outcome.NotNow(why);
    }

    /** RFC 4954 §6. */
    private static boolean isAboutLogin(int code) {
        return code == 530 || code == 534 || code == 535 || code == 538;
    }

    private static String said(Throwable cause) {
        String message = cause.getMessage() == null ? "the connection was lost" : cause.getMessage();
        String text = message.replaceAll("\\p{Cntrl}+", " ").strip();
        return text.length() <= LONGEST_REPLY ? text : text.substring(0, LONGEST_REPLY) + "…";
    }

    /** Plain words stand as they are, anything else in encoded words (RFC 2047 §5 (3)): nothing in a name could be taken for an address. */
    static String phrase(String name) {
        if (name.matches("[A-Za-z0-9 ]+")) return name;
        List<String> words = new ArrayList<>();
        var word = new StringBuilder();
        for (int c : name.codePoints().toArray()) {
            String next = Character.toString(c);
            if (bytes(word + next).length > ENCODED_WORD_BYTES) {
                words.add(encoded(word.toString()));
                word.setLength(0);
            }
            word.append(next);
        }
        words.add(encoded(word.toString()));
        return String.join(" ", words);
    }

    private static String encoded(String text) {
        return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(bytes(text)) + "?=";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
