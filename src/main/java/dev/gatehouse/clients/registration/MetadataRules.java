package dev.gatehouse.clients.registration;

import static dev.gatehouse.clients.OAuthError.INVALID_CLIENT_METADATA;
import static dev.gatehouse.clients.OAuthError.UNAPPROVED_SOFTWARE_STATEMENT;

import dev.gatehouse.clients.AuthMethod;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.tokens.ForeignKeys;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * From metadata as they were sent to metadata as they are kept: everything known is checked, everything unknown is left out, every default is written down (RFC
 * 7591 §2, §3.2.1; OpenID Connect Dynamic Client Registration §2). Pure: addresses are only read here, {@link MetadataAddresses} asks where they lead.
 */
final class MetadataRules {
    private static final Duration LONGEST_MAX_AGE = Duration.ofDays(3650);
    private static final int LONGEST_NAME = 200;
    private static final int MOST_TAGGED = 64;
    private static final String TAG = "[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,4}";

    private static final Set<String> ALGORITHMS =
            Arrays.stream(JwsAlgorithm.values()).map(JwsAlgorithm::wireName).collect(Collectors.toUnmodifiableSet());
    private static final List<String> NOT_OFFERED = List.of(
            "id_token_encrypted_response_alg",
            "id_token_encrypted_response_enc",
            "userinfo_encrypted_response_alg",
            "userinfo_encrypted_response_enc",
            "introspection_encrypted_response_alg",
            "introspection_encrypted_response_enc",
            "authorization_encrypted_response_alg",
            "authorization_encrypted_response_enc",
            "request_object_encryption_alg",
            "request_object_encryption_enc");
    private static final List<String> DEMANDS = List.of(
            "require_pushed_authorization_requests",
            "require_signed_request_object",
            "dpop_bound_access_tokens",
            "require_auth_time",
            "backchannel_logout_session_required");
    /** Shown to people, in several languages where they are tagged (RFC 7591 §2.2). */
    private static final List<String> SHOWN = List.of("client_name", "logo_uri", "client_uri", "policy_uri", "tos_uri");

    private final Allowed allowed;

    MetadataRules(Allowed allowed) {
        this.allowed = allowed;
    }

    JsonObject kept(Submitted sent) {
        refuseWhatIsNotOffered(sent);
        var kept = new JsonObject();
        new FlowRules(allowed).keep(sent, kept);
        keepKeys(sent, kept);
        keepAlgorithms(sent, kept);
        keepSubjects(sent, kept);
        keepDemands(sent, kept);
        keepShown(sent, kept);
        return kept;
    }

    private static void refuseWhatIsNotOffered(Submitted sent) {
        if (sent.has("software_statement"))
            throw UNAPPROVED_SOFTWARE_STATEMENT.because("software statements are not taken here");
        for (String name : NOT_OFFERED)
            if (sent.has(name))
                throw INVALID_CLIENT_METADATA.because(name + " is not offered: nothing is encrypted here");
        if (sent.flag("tls_client_certificate_bound_access_tokens"))
            throw INVALID_CLIENT_METADATA.because("tokens are not bound to certificates here; DPoP binds them to keys");
    }

    private static void keepKeys(Submitted sent, JsonObject kept) {
        boolean needed = AuthMethod.PRIVATE_KEY_JWT.wireName().equals(kept.getString("token_endpoint_auth_method"))
                || sent.flag("require_signed_request_object");
        if (sent.has("jwks") && sent.has("jwks_uri"))
            throw INVALID_CLIENT_METADATA.because("jwks and jwks_uri cannot both be there (RFC 7591 2)");
        if (needed && !sent.has("jwks") && !sent.has("jwks_uri"))
            throw INVALID_CLIENT_METADATA.because("what is signed can only be checked with jwks or jwks_uri");
        address(sent, "jwks_uri", kept);
        if (sent.has("jwks")) kept.put("jwks", keySet(sent.members().get("jwks"), needed));
    }

    /** Nobody is helped by keeping a secret that its owner has given away. */
    private static JsonObject keySet(@org.jspecify.annotations.Nullable Object jwks, boolean needed) {
        if (!(jwks instanceof Map<?, ?> set) || !(set.get("keys") instanceof List<?> keys))
            throw INVALID_CLIENT_METADATA.because("jwks must be a JWK Set (RFC 7517 5)");
        for (Object key : keys)
            if (!(key instanceof Map<?, ?> members) || members.containsKey("d") || members.containsKey("k"))
                throw INVALID_CLIENT_METADATA.because("jwks must hold public keys only");
        var kept = new JsonObject().put("keys", new JsonArray(keys));
        try {
            if (needed) ForeignKeys.parse(kept.toBuffer().getBytes(), ALGORITHMS);
        } catch (ForeignKeys.Fault fault) {
            throw INVALID_CLIENT_METADATA.because("jwks: " + fault.sentence());
        }
        return kept;
    }

    private void keepAlgorithms(Submitted sent, JsonObject kept) {
        kept.put("id_token_signed_response_alg", "RS256");
        algorithm(sent, "id_token_signed_response_alg", allowed.signing(), kept);
        algorithm(sent, "userinfo_signed_response_alg", allowed.signing(), kept);
        algorithm(sent, "request_object_signing_alg", ALGORITHMS, kept);
        algorithm(sent, "token_endpoint_auth_signing_alg", ALGORITHMS, kept);
    }

    private static void algorithm(Submitted sent, String name, Set<String> known, JsonObject kept) {
        sent.text(name).ifPresent(algorithm -> {
            if (!known.contains(algorithm))
                throw INVALID_CLIENT_METADATA.because(name + " must be one of " + String.join(", ", known));
            kept.put(name, algorithm);
        });
    }

    /** OpenID Connect Core §8.1: without a sector identifier, all redirect URIs have one host. */
    private static void keepSubjects(Submitted sent, JsonObject kept) {
        String type = sent.text("subject_type").orElse("public");
        if (!type.equals("public") && !type.equals("pairwise"))
            throw INVALID_CLIENT_METADATA.because("subject_type must be public or pairwise");
        kept.put("subject_type", type);
        address(sent, "sector_identifier_uri", kept);
        if (type.equals("public") || kept.containsKey("sector_identifier_uri")) return;
        var hosts = kept.getJsonArray("redirect_uris", new JsonArray()).stream()
                .map(uri -> URI.create((String) uri).getHost())
                .collect(Collectors.toSet());
        if (hosts.size() != 1 || hosts.stream().anyMatch(Objects::isNull))
            throw INVALID_CLIENT_METADATA.because(
                    "pairwise subjects need a sector_identifier_uri unless all redirect_uris have the same host");
    }

    private static void keepDemands(Submitted sent, JsonObject kept) {
        for (String name : DEMANDS) if (sent.has(name)) kept.put(name, sent.flag(name));
        sent.count("default_max_age", LONGEST_MAX_AGE.toSeconds()).ifPresent(age -> kept.put("default_max_age", age));
        sent.texts("default_acr_values").ifPresent(values -> kept.put("default_acr_values", new JsonArray(values)));
        address(sent, "initiate_login_uri", kept);
        // OpenID Connect Dynamic Client Registration §2: people are sent there, so what happens on the way must not be
        // anybody's.
        if (!kept.getString("initiate_login_uri", "https:").regionMatches(true, 0, "https:", 0, 6))
            throw INVALID_CLIENT_METADATA.because("initiate_login_uri must be an https URL");
        address(sent, "backchannel_logout_uri", kept);
        if (kept.getBoolean("backchannel_logout_session_required", false)
                && !kept.containsKey("backchannel_logout_uri"))
            throw INVALID_CLIENT_METADATA.because("backchannel_logout_session_required needs a backchannel_logout_uri");
    }

    private static void keepShown(Submitted sent, JsonObject kept) {
        int tagged = 0;
        for (String name : sent.names()) {
            int hash = name.indexOf('#');
            String plain = hash < 0 ? name : name.substring(0, hash);
            if (!SHOWN.contains(plain)
                    || (hash >= 0 && !name.substring(hash + 1).matches(TAG))) continue;
            if (hash >= 0 && ++tagged > MOST_TAGGED)
                throw INVALID_CLIENT_METADATA.because(
                        "there are more than " + MOST_TAGGED + " members in other languages");
            if (plain.equals("client_name")) name(sent, name, kept);
            else address(sent, name, kept);
        }
        name(sent, "software_id", kept);
        name(sent, "software_version", kept);
        sent.texts("contacts").ifPresent(contacts -> kept.put("contacts", new JsonArray(contacts)));
    }

    private static void name(Submitted sent, String name, JsonObject kept) {
        sent.text(name).ifPresent(text -> {
            if (text.length() > LONGEST_NAME)
                throw INVALID_CLIENT_METADATA.because(name + " has more than " + LONGEST_NAME + " characters");
            kept.put(name, text);
        });
    }

    /** RG04: an address that a page shows or that is called is a web address and nothing that runs in a browser. */
    private static void address(Submitted sent, String name, JsonObject kept) {
        sent.text(name).ifPresent(text -> {
            try {
                URI uri = new URI(text);
                boolean web = uri.getHost() != null && uri.getScheme().matches("(?i)https?");
                if (!web) throw new URISyntaxException(text, "not a web address");
            } catch (URISyntaxException wrong) {
                throw INVALID_CLIENT_METADATA.because(name + " must be an https URL");
            }
            kept.put(name, text);
        });
    }

    static boolean grants(JsonObject kept, GrantType grant) {
        return kept.getJsonArray("grant_types").contains(grant.wireName());
    }
}
