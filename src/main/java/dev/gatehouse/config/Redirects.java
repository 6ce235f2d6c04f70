package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH140;
import static dev.gatehouse.config.FaultCode.GH141;
import static dev.gatehouse.config.FaultCode.GH142;
import static dev.gatehouse.config.FaultCode.GH143;
import static dev.gatehouse.config.FaultCode.GH144;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Where people may be sent back to (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1). The text is kept as written: it is compared exactly. */
public final class Redirects {
    private static final Set<String> NEVER = Set.of(
            "javascript",
            "data",
            "vbscript",
            "file",
            "about",
            "blob",
            "ws",
            "wss",
            "ftp",
            "mailto",
            "filesystem",
            "view-source");

    private Redirects() {}

    /** Why people cannot be sent back there; empty where they can. */
    public static Optional<String> objection(String text, AppType type) {
        try {
            check(text, type);
            return Optional.empty();
        } catch (Misfit misfit) {
            return Optional.of(misfit.message());
        }
    }

    static String check(String text, AppType type) {
        if (text.indexOf('*') >= 0) {
            throw new Misfit(
                    GH142,
                    "redirect `" + text + "` has a wildcard",
                    "OAuth 2.1 compares redirect URIs exactly; list each one");
        }
        URI uri = parse(text);
        if (uri.getRawFragment() != null)
            throw new Misfit(GH143, "redirect `" + text + "` has a fragment", "end it before the `#`");
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (NEVER.contains(scheme)) throw new Misfit(GH144, "nobody can be sent back to `" + scheme + ":`", null);
        if (scheme.equals("https") || scheme.equals("http")) web(text, uri, scheme);
        else privateUse(scheme, type);
        return text;
    }

    private static URI parse(String text) {
        try {
            URI uri = new URI(text);
            if (uri.getScheme() != null) return uri;
        } catch (URISyntaxException broken) {
            // Said below, with what is said of a URI without a scheme.
        }
        throw new Misfit(
                GH140, "redirect `" + text + "` is not a full URI", "for example `https://shop.example.com/callback`");
    }

    private static void web(String text, URI uri, String scheme) {
        if (uri.getHost() == null) throw new Misfit(GH140, "redirect `" + text + "` has no host", null);
        if (uri.getRawUserInfo() != null)
            throw new Misfit(GH140, "redirect `" + text + "` has a user in it", "leave out what stands before the `@`");
        if (scheme.equals("http") && !Urls.isLoopback(uri.getHost())) {
            throw new Misfit(
                    GH141,
                    "redirect `" + text + "` uses http",
                    "write `https`; http is for this machine only, `http://localhost` or `http://127.0.0.1`");
        }
    }

    /** Schemes that an app claims on its device are domain names turned round, so that two apps do not claim one (RFC 8252 §7.1). */
    private static void privateUse(String scheme, AppType type) {
        if (type != AppType.NATIVE) {
            throw new Misfit(
                    GH144,
                    "`" + scheme + ":` is for clients of type `native`",
                    "write an `https` URL, or `type: native`");
        }
        if (scheme.indexOf('.') < 0) {
            throw new Misfit(
                    GH144,
                    "`" + scheme + ":` could be claimed by any app",
                    "turn a domain name round, as in `com.example.shop:/callback`");
        }
    }
}
