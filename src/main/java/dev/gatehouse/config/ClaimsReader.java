package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH170;

import dev.gatehouse.config.Node.Member;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code claim: user.attribute}: what tokens say of people, and from where it is taken. */
final class ClaimsReader {
    static final int MOST = 32;

    /** Claims that mean something to whoever reads a token or asks about one (RFC 7519 §4.1, RFC 9068 §2.2, RFC 7662 §2.2, OpenID Connect Core §2). */
    private static final Set<String> TAKEN = Set.of(
            "iss",
            "sub",
            "aud",
            "exp",
            "nbf",
            "iat",
            "jti",
            "client_id",
            "scope",
            "sid",
            "gid",
            "cnf",
            "act",
            "may_act",
            "acr",
            "amr",
            "auth_time",
            "mfa_time",
            "azp",
            "nonce",
            "at_hash",
            "c_hash",
            "s_hash",
            "typ",
            "token_type",
            "active",
            "username",
            "preferred_username",
            "roles",
            "groups",
            "userinfo",
            "claims",
            "events",
            "sub_id",
            "vot",
            "vtm",
            "authorization_details");

    private static final Pattern CLAIM = Pattern.compile("[A-Za-z][A-Za-z0-9_.:/-]{0,127}");
    private static final Pattern SOURCE = Pattern.compile("user\\.([A-Za-z][A-Za-z0-9_]{0,63})");

    private ClaimsReader() {}

    /** The names after {@code user.}, by claim. */
    static Map<String, String> read(Section section, String key) {
        var claims = new LinkedHashMap<String, String>();
        for (Member member : section.members(key)) {
            Text name = section.reading().raw(member.key());
            Optional<String> claim = section.attempt(name, text -> claim(text, claims.size()));
            Optional<Text> written = section.text(member.value(), "the claim `" + name.text() + "`");
            Optional<String> source = written.flatMap(text -> section.attempt(text, ClaimsReader::source));
            if (claim.isEmpty() || source.isEmpty()) continue;
            Text text = written.orElseThrow();
            section.reading().inForce(section.path(key) + "." + claim.get(), text.text(), text.origin());
            claims.put(claim.get(), source.get());
        }
        return Collections.unmodifiableMap(claims);
    }

    private static String claim(String text, int already) {
        if (TAKEN.contains(text))
            throw new Misfit(
                    GH170, "`" + text + "` means something else in a token", "choose another name for the claim");
        if (!CLAIM.matcher(text).matches())
            throw new Misfit(
                    GH170,
                    "`" + text + "` is not a claim",
                    "begin with a letter, and use letters, digits and `_ . : / -`, at most 128");
        if (already >= MOST)
            throw new Misfit(GH170, "these are more than " + MOST + " claims", "tokens travel with every request");
        return text;
    }

    private static String source(String text) {
        var parts = SOURCE.matcher(text);
        if (parts.matches()) return parts.group(1);
        throw new Misfit(
                GH170,
                "`" + text + "` is nothing that is known of people",
                "write `user.` and a name, as in `user.tenant`");
    }
}
