package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Secret;
import java.util.Optional;

/** Mails to people: who they are from, and which server takes them. */
public record MailSettings(
        @Setting(
                        form = Form.TEXT,
                        value = "Who mails are from: an address, with a name before it or without.",
                        leftOut = "the name under `branding`, and `no-reply@` with the host of `url`",
                        example = "Example Shop <no-reply@example.com>")
                Optional<Sender> from,
        @Setting(
                        form = Form.SMTP,
                        value =
                                "The server that takes mails. `smtp://` asks for TLS before anything else is said (STARTTLS), except on this machine or with `?tls=off`; `smtps://` begins with it. `mailbox` sends nothing and keeps mails for `gatehouse mail list`, for development.",
                        leftOut = "no mail is sent, and what needs one is off; `mailbox` in the demo house",
                        example = "smtp://shop:${SMTP_PASSWORD}@smtp.example.com:587")
                Optional<Smtp> smtp) {
    /** No mail is sent. */
    public static final MailSettings NONE = new MailSettings(Optional.empty(), Optional.empty());

    /** Mails are kept for reading. */
    public static final MailSettings KEPT = new MailSettings(Optional.empty(), Optional.of(new Smtp.Mailbox()));

    /** These, and a mailbox where they do not say how mails are sent. */
    public MailSettings orKept() {
        return smtp.isPresent() ? this : new MailSettings(from, KEPT.smtp);
    }

    /** {@code address} is ASCII; the name may be anything that fits into a line. */
    public record Sender(Optional<String> name, String address) {}

    /** What becomes of a mail. */
    public sealed interface Smtp {
        /** It is kept for reading. */
        record Mailbox() implements Smtp {}

        /** It is handed to a server. */
        record Server(String host, int port, Tls tls, Optional<Login> login) implements Smtp {}
    }

    /** How the connection to a server is kept from others' eyes. */
    public enum Tls {
        /** From the first octet on (RFC 8314 §3.3). */
        IMPLICIT,
        /** Before anything else is said (RFC 3207); a server that does not offer it gets no mail. */
        STARTTLS,
        OFF
    }

    /** Who we are to the server. */
    public record Login(String user, Secret password) {}
}
