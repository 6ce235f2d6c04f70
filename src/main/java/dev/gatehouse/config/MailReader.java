package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH160;
import static dev.gatehouse.config.FaultCode.GH161;

import dev.gatehouse.config.MailSettings.Login;
import dev.gatehouse.config.MailSettings.Sender;
import dev.gatehouse.config.MailSettings.Smtp;
import dev.gatehouse.config.MailSettings.Tls;
import dev.gatehouse.vocabulary.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code email}: who mails are from, and which server takes them. No fault repeats an address of a server, for there may be a password in it. */
final class MailReader {
    private static final Pattern SENDER = Pattern.compile("(?:([^<>]{1,100}?)\\s*<([^<>]+)>|([^<>\\s]+))");
    private static final Pattern ADDRESS =
            Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}");
    private static final int SUBMISSION = 587;
    private static final int SUBMISSION_OVER_TLS = 465;
    private static final String WRITE =
            "write `mailbox`, or `smtp://user:${SMTP_PASSWORD}@smtp.example.com:587`; odd characters of a password are written as percent and two hex digits";

    private MailReader() {}

    static MailSettings read(Section section) {
        Optional<Sender> from = section.optional("from", MailReader::sender);
        section.given("smtp").ifPresent(text -> clearPassword(section.reading(), text));
        return new MailSettings(from, section.optional("smtp", MailReader::smtp));
    }

    static Sender sender(String text) {
        Matcher parts = SENDER.matcher(text.strip());
        if (!parts.matches()) throw notASender(text);
        String address = parts.group(3) == null ? parts.group(2) : parts.group(3);
        boolean printable = text.codePoints().noneMatch(Character::isISOControl);
        if (!printable || !ADDRESS.matcher(address).matches()) throw notASender(text);
        return new Sender(Optional.ofNullable(parts.group(1)).map(String::strip), address);
    }

    private static Misfit notASender(String text) {
        return new Misfit(
                GH161,
                "`" + text + "` is not a sender",
                "write `no-reply@example.com` or `Shop <no-reply@example.com>`");
    }

    static Smtp smtp(String text) {
        if (text.equals("mailbox")) return new Smtp.Mailbox();
        URI url = url(text);
        boolean implicit = url.getScheme().equals("smtps");
        if (!implicit && !url.getScheme().equals("smtp")) throw notAServer("this is neither `mailbox` nor an smtp URL");
        boolean more = url.getRawFragment() != null || !url.getRawPath().matches("/?");
        if (more) throw notAServer("the mail server's URL says more than who, where and `?tls=`");
        String host = url.getHost().replaceAll("[\\[\\]]", "");
        int port = url.getPort() < 0 ? implicit ? SUBMISSION_OVER_TLS : SUBMISSION : url.getPort();
        return new Smtp.Server(host, port, implicit ? implicit(url) : later(url), login(url));
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            boolean usable =
                    url.getScheme() != null && url.getHost() != null && url.getPort() != 0 && url.getPort() <= 65535;
            if (usable) return url;
        } catch (URISyntaxException broken) {
            // Said below, with what is said of every other text.
        }
        throw notAServer("this is neither `mailbox` nor an smtp URL");
    }

    private static Tls implicit(URI url) {
        if (url.getRawQuery() == null) return Tls.IMPLICIT;
        throw notAServer("`smtps` is TLS from the beginning, so nothing can stand after `?`");
    }

    /** A password and a link travel in clear only where the file says so, or where nobody else is. */
    private static Tls later(URI url) {
        String query = url.getRawQuery();
        if (query == null) return Urls.isLoopback(url.getHost()) ? Tls.OFF : Tls.STARTTLS;
        return switch (query) {
            case "tls=off" -> Tls.OFF;
            case "tls=starttls" -> Tls.STARTTLS;
            default -> throw notAServer("after `?` the mail server's URL takes `tls=off` or `tls=starttls`");
        };
    }

    private static Optional<Login> login(URI url) {
        String both = url.getUserInfo();
        if (both == null) return Optional.empty();
        int colon = both.indexOf(':');
        if (colon < 1 || colon == both.length() - 1) throw notAServer("the mail server's URL has half of a login");
        return Optional.of(new Login(both.substring(0, colon), new Secret(both.substring(colon + 1))));
    }

    private static Misfit notAServer(String message) {
        return new Misfit(GH160, message, WRITE);
    }

    private static void clearPassword(Reading reading, Text text) {
        int scheme = text.text().indexOf("://");
        int at = text.text().lastIndexOf('@');
        int colon = text.text().indexOf(':', scheme + 3);
        if (scheme < 0 || colon < 0 || colon > at || !text.standsInFile(colon + 1, at)) return;
        reading.clearSecret(new Reading.ClearSecret(
                text.place(),
                "the password of the mail server is written in clear text",
                "use `${SMTP_PASSWORD}` in its place, or `${SMTP_URL}` for all of it"));
    }
}
