package dev.gatehouse.clients;

import dev.gatehouse.config.AppType;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A registered application with everything the issuer needs to know of it, wherever it was registered. Immutable; a change makes another one. Words are those of
 * RFC 7591 §2 and OpenID Connect Dynamic Client Registration §2.
 */
public record Client(
        ClientId id,
        Origin origin,
        Optional<AppType> type,
        Shown shown,
        List<String> redirects,
        List<String> postLogoutRedirects,
        Set<GrantType> grants,
        Proof proof,
        Scopes scopes,
        Demands demands,
        Signing signing,
        Subjects subjects,
        Consent consent,
        Defaults defaults,
        LogoutNotice logout,
        Exchange exchange) {
    /** The client that {@code POST /login} issues to; public, and there without being registered. */
    public static final ClientId GATEHOUSE = new ClientId("gatehouse");

    public Client {
        redirects = List.copyOf(redirects);
        postLogoutRedirects = List.copyOf(postLogoutRedirects);
        grants = Set.copyOf(grants);
    }

    /** Where it is managed; elsewhere it is read-only. */
    public enum Origin {
        BUILT_IN,
        FILE,
        /** By an operator, into the database. */
        DESK,
        /** By itself, with an initial access token. */
        REGISTERED,
        /** By itself, where the house is open to that; goes away unless it is used. */
        OPEN,
        /** A document at the URL that is its id (OAuth Client ID Metadata Document). */
        DOCUMENT
    }

    /** What people see of it on our pages. */
    public record Shown(
            Optional<String> name, Optional<URI> logo, Optional<URI> home, Optional<URI> policy, Optional<URI> terms) {
        public static final Shown NOTHING =
                new Shown(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * How it proves which one it is: by any of {@code methods}; public clients have {@code NONE} alone. {@code keys} are for {@code private_key_jwt}, for signed
     * request objects, and nothing else.
     */
    public record Proof(Set<AuthMethod> methods, Optional<SecretHash> secret, Optional<Keys> keys) {
        public static final Proof NONE = new Proof(Set.of(AuthMethod.NONE), Optional.empty(), Optional.empty());

        public Proof {
            methods = Set.copyOf(methods);
        }
    }

    /** Its public keys: by value, or where they are published. */
    public sealed interface Keys {
        /** A JWK Set (RFC 7517 §5), public members only. */
        record ByValue(Map<String, Object> jwks) implements Keys {}

        record At(URI jwksUri) implements Keys {}
    }

    /** What its requests must bring. */
    public record Demands(boolean pkce, boolean pushedRequests, boolean signedRequests, boolean dpop) {
        public static final Demands USUAL = new Demands(true, false, false, false);
    }

    /**
     * What is signed with which algorithm: what we sign for it (absent: as the house does, and user information is not signed), and what it signs (absent: any of
     * ours).
     */
    public record Signing(
            JwsAlgorithm idToken,
            Optional<JwsAlgorithm> accessToken,
            Optional<JwsAlgorithm> userInfo,
            Optional<JwsAlgorithm> requestObject,
            Optional<JwsAlgorithm> assertion) {
        public static final Signing USUAL =
                new Signing(JwsAlgorithm.RS256, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** {@code sector} present: people have another {@code sub} in every sector (OpenID Connect Core §8.1). */
    public record Subjects(Optional<String> sector) {
        public static final Subjects PUBLIC = new Subjects(Optional.empty());
    }

    public enum Consent {
        /** Never asked: an app of the house's own. */
        FIRST_PARTY,
        /** Asked once for every scope. */
        REMEMBERED,
        /** Asked for every time. */
        ALWAYS
    }

    /** What counts where a request says nothing. */
    public record Defaults(
            Optional<Duration> maxAge, boolean requireAuthTime, List<String> acrValues, Optional<URI> initiateLogin) {
        public static final Defaults NONE = new Defaults(Optional.empty(), false, List.of(), Optional.empty());
    }

    /** Where it wants to hear that a session has ended (OpenID Connect Back-Channel Logout §2.2). */
    public record LogoutNotice(Optional<URI> backChannel, boolean sessionRequired) {
        public static final LogoutNotice NONE = new LogoutNotice(Optional.empty(), false);
    }

    /** For which audiences it may exchange tokens of others, and whether it then stays visible in them (RFC 8693 §1.1). */
    public record Exchange(Set<String> audiences, boolean impersonation) {
        public static final Exchange NONE = new Exchange(Set.of(), false);

        public Exchange {
            audiences = Set.copyOf(audiences);
        }
    }

    /** Has something to prove itself with, and must (RFC 6749 §2.1). */
    public boolean confidential() {
        return !proof.methods().equals(Set.of(AuthMethod.NONE));
    }

    /** What people call it. */
    public String displayName() {
        return shown.name().orElse(id.value());
    }
}
