package dev.gatehouse.oauth.authorize;

import dev.gatehouse.clients.Client;
import dev.gatehouse.config.AppType;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a redirect URI is one of a client's: the same text (RFC 9700 §2.1), and for an app on somebody's own machine the same but for the port (RFC 8252 §7.3). */
final class Redirects {
    private static final Pattern LOOPBACK =
            Pattern.compile("(http://(?:127\\.0\\.0\\.1|\\[::1]|localhost))(?::[0-9]{1,5})?([/?].*)?");

    private Redirects() {}

    static boolean registered(String sent, Client client) {
        if (client.redirects().contains(sent)) return true;
        if (!listensOnAnyPort(client)) return false;
        Optional<String> portless = portless(sent);
        return portless.isPresent()
                && client.redirects().stream().anyMatch(known -> portless(known).equals(portless));
    }

    /** Apps on a machine take the port that is free when they start; pages in a browser have one of their own. */
    private static boolean listensOnAnyPort(Client client) {
        return client.type().map(type -> type == AppType.NATIVE).orElse(!client.confidential());
    }

    private static Optional<String> portless(String uri) {
        Matcher loopback = LOOPBACK.matcher(uri);
        if (!loopback.matches()) return Optional.empty();
        return Optional.of(
                loopback.group(1) + Optional.ofNullable(loopback.group(2)).orElse(""));
    }
}
