package dev.gatehouse.outbound;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A mail to one person: plain text in paragraphs. Whatever stands in it, its head stays as it is: addresses have no character that a line could end at, and neither has the subject. */
public record Letter(String to, String subject, String text) {
    public static final int LONGEST_SUBJECT = 200;
    public static final int LONGEST_TEXT = 32 * 1024;

    /** What every server takes without being asked first (RFC 5321 §4.1.2); quoted names and other alphabets than ASCII are for SMTPUTF8, which few speak. */
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*");

    private static final Pattern DOMAIN =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");
    private static final Pattern LINK = Pattern.compile("https?://\\S+");

    public Letter {
        if (route(to).filter(to::equals).isEmpty()) throw new IllegalArgumentException("no mail can be sent there");
        if (subject.length() > LONGEST_SUBJECT || subject.codePoints().anyMatch(Character::isISOControl))
            throw new IllegalArgumentException("not a subject");
        if (text.length() > LONGEST_TEXT) throw new IllegalArgumentException("a letter, not a book");
    }

    /** The address as servers know it, the domain in ASCII (RFC 5890); empty where mail cannot be sent. */
    public static Optional<String> route(String address) {
        int at = address.lastIndexOf('@');
        if (at < 1 || at > 64) return Optional.empty();
        String name = address.substring(0, at);
        try {
            String domain = IDN.toASCII(address.substring(at + 1));
            boolean sendable = NAME.matcher(name).matches()
                    && domain.length() <= 253
                    && DOMAIN.matcher(domain).matches();
            return sendable ? Optional.of(name + "@" + domain) : Optional.empty();
        } catch (IllegalArgumentException notADomain) {
            return Optional.empty();
        }
    }

    /** The same for readers of HTML: each paragraph one, and a link where one stands. */
    String html() {
        var html = new StringBuilder("<!doctype html>\n<html><body>\n");
        for (String paragraph : text.strip().split("\n\\s*\n"))
            html.append("<p>").append(linked(paragraph)).append("</p>\n");
        return html.append("</body></html>\n").toString();
    }

    private static String linked(String paragraph) {
        return LINK.matcher(escaped(paragraph))
                .replaceAll("<a href=\"$0\">$0</a>")
                .replace("\n", "<br>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** The domain alone, which may be told where the address may not. */
    public String domain() {
        return to.substring(to.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "Letter[to " + domain() + "]";
    }
}
