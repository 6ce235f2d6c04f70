package dev.gatehouse.clients.registration;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * A client id that is the address of a document (OAuth Client ID Metadata Document §3): https, with a path, without fragment, credentials and dot segments. It is
 * compared as text and fetched as it is written, so there is one way to write it.
 */
record DocumentId(String text, URI url) {
    private static final int LONGEST = 1024;

    static Optional<DocumentId> of(String clientId) {
        if (!clientId.startsWith("https://") || clientId.length() > LONGEST) return Optional.empty();
        try {
            URI url = new URI(clientId);
            boolean inOrder = url.getHost() != null
                    && url.getHost().equals(url.getHost().toLowerCase(Locale.ROOT))
                    && url.getRawUserInfo() == null
                    && url.getRawFragment() == null
                    && url.getPort() != 443
                    && url.getRawPath().length() > 1
                    && !hasDotSegments(url.getRawPath());
            return inOrder ? Optional.of(new DocumentId(clientId, url)) : Optional.empty();
        } catch (URISyntaxException notAUrl) {
            return Optional.empty();
        }
    }

    String host() {
        return url.getHost();
    }

    private static boolean hasDotSegments(String path) {
        for (String segment : path.split("/", -1)) {
            String plain = segment.replaceAll("(?i)%2e", ".");
            if (plain.equals(".") || plain.equals("..")) return true;
        }
        return false;
    }
}
