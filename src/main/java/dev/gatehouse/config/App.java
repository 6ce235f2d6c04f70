package dev.gatehouse.config;

import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Position;
import dev.gatehouse.vocabulary.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A registered application as the file has it; checked in full, used by the issuer. Algorithms and grants are still words here. */
public record App(
        @NotAKey("the name under `clients`") ClientId id,
        @Setting(
                        form = Form.CHOICE,
                        choices = {"spa", "web", "native", "service", "device"},
                        leftOut = "must be there, but for `gatehouse`",
                        value =
                                "`spa` runs in a browser, `web` on a server, `native` on somebody's device, `device` where there is no keyboard, `service` without people. Grants, PKCE and authentication follow from it; `gatehouse app show` prints them.")
                AppType type,
        @Group Looks looks,
        @Setting(
                        form = Form.REDIRECTS,
                        value =
                                "Where people are sent back to, compared character by character. For `spa`, `web` and `native`.",
                        byDefault = "[]",
                        example = "[https://shop.example.com/callback]")
                List<String> redirect,
        @Group SignOut signOut,
        @Group Proof proof,
        @Setting(
                        form = Form.SCOPES,
                        value = "What it may ask for.",
                        byDefault = "[]",
                        example = "[openid, orders:read]")
                List<String> scopes,
        @Setting(
                        form = Form.CHOICES,
                        choices = {"client_credentials", "device_code", "token_exchange"},
                        value = "Grants that it may use beside those of its type.",
                        byDefault = "[]",
                        example = "[client_credentials]")
                List<String> grants,
        @Setting(form = Form.SECTION, value = "What it may exchange tokens for, with the grant `token_exchange`.")
                Exchange exchange,
        @Setting(
                        form = Form.CHOICE,
                        choices = {"always", "remembered", "off"},
                        value =
                                "Whether people are asked first: `off` for apps of your own, `remembered` asks once for every scope, `always` every time.",
                        byDefault = "off")
                Consent consent,
        @Group Demands demands,
        @Group Signing signing,
        @Group Subject subject,
        @Group Defaults defaults,
        @NotAKey("where its name stands") Position at) {

    /** What people see of it. */
    public record Looks(
            @Setting(form = Form.TEXT, value = "What people read.", leftOut = "the id", example = "Example Shop")
                    Optional<String> name,
            @Setting(
                            form = Form.URL,
                            value =
                                    "Its picture, on the consent page: PNG, JPEG, WebP or GIF, at most 256 KiB, fetched by the gate.",
                            leftOut = "none")
                    Optional<URI> logo,
            @Setting(form = Form.URL, value = "Its own front page.", leftOut = "none") Optional<URI> home,
            @Setting(form = Form.URL, value = "What it does with what it learns.", leftOut = "none")
                    Optional<URI> policy,
            @Setting(form = Form.URL, value = "Its terms of service.", leftOut = "none") Optional<URI> terms) {
        public static final Looks NONE =
                new Looks(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** What happens when people sign out. */
    public record SignOut(
            @Setting(
                            form = Form.REDIRECTS,
                            value = "Where people may be sent after they signed out, compared character by character.",
                            byDefault = "[]",
                            example = "[https://shop.example.com/bye]")
                    List<String> logout,
            @Setting(
                            form = Form.URL,
                            value =
                                    "Where its server is told that a session has ended (OpenID Connect Back-Channel Logout).",
                            leftOut = "it is not told",
                            example = "https://shop.example.com/backchannel")
                    Optional<URI> backchannelLogout) {
        public static final SignOut NONE = new SignOut(List.of(), Optional.empty());
    }

    /** How it proves which one it is. {@code auth} absent: by its secret, sent either way. */
    public record Proof(
            @Setting(
                            form = Form.SECRET,
                            value = "For `web` and `service`; from the environment or a mounted file.",
                            leftOut = "made at the first start, shown once, kept as a hash",
                            example = "${ACME_CLIENT_SECRET:-}")
                    Optional<Secret> secret,
            @Setting(
                            form = Form.CHOICE,
                            choices = {"client_secret_basic", "client_secret_post", "private_key_jwt"},
                            value =
                                    "The one way in which a `web` or `service` client proves itself; `private_key_jwt` signs with a key of its own and needs no secret.",
                            leftOut = "by its secret, in the header or in the form")
                    Optional<String> auth,
            @Setting(
                            form = Form.FILE,
                            value = "The file with its public keys, as a JWK Set (RFC 7517 §5).",
                            leftOut = "none",
                            example = "file:acme-keys.json")
                    Optional<Map<String, Object>> jwks,
            @Setting(
                            form = Form.URL,
                            value = "Where it publishes its public keys.",
                            leftOut = "none",
                            example = "https://app.acme.example/jwks.json")
                    Optional<URI> jwksUri) {
        public static final Proof NONE =
                new Proof(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        public static Proof by(Secret secret) {
            return new Proof(Optional.of(secret), Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /** RFC 8693. */
    public record Exchange(
            @Setting(
                            form = Form.NAMES,
                            value =
                                    "The audiences within which it may exchange tokens: for tokens that are meant for one of them or were issued to it, into tokens for some of them.",
                            byDefault = "[]",
                            example = "[https://api.example.com]")
                    List<String> audiences,
            @Setting(
                            form = Form.CHOICE,
                            choices = {"on", "off"},
                            value =
                                    "`on` lets it stand in for people without being named in the new token; `off` names it as the one who acts.",
                            byDefault = "off")
                    boolean impersonation) {
        public static final Exchange NONE = new Exchange(List.of(), false);
    }

    public enum Consent {
        ALWAYS,
        REMEMBERED,
        OFF
    }

    /** What its requests must bring. */
    public record Demands(
            @Setting(
                            form = Form.CHOICE,
                            key = "pkce",
                            choices = {"required", "optional"},
                            value = "`optional` lets a `web` client that cannot do PKCE sign people in without it.",
                            byDefault = "required")
                    boolean pkceOptional,
            @Setting(
                            form = Form.CHOICE,
                            key = "par",
                            choices = {"required", "optional"},
                            value = "Whether its requests must be pushed first (RFC 9126).",
                            byDefault = "optional")
                    boolean pushed,
            @Setting(
                            form = Form.CHOICE,
                            key = "request",
                            choices = {"signed", "any"},
                            value = "`signed` takes only signed request objects (RFC 9101).",
                            byDefault = "any")
                    boolean signed,
            @Setting(
                            form = Form.CHOICE,
                            key = "dpop",
                            choices = {"required", "optional"},
                            value = "Whether its tokens must be bound to a key of its own (RFC 9449).",
                            byDefault = "optional")
                    boolean bound) {
        public static final Demands USUAL = new Demands(false, false, false, false);
    }

    /** What is signed with which algorithm for it. */
    public record Signing(
            @Setting(form = Form.ALGORITHM, value = "What its ID tokens are signed with.", byDefault = "RS256")
                    String idToken,
            @Setting(
                            form = Form.ALGORITHM,
                            value = "What its access tokens are signed with.",
                            leftOut = "the first of `keys.algorithms`")
                    Optional<String> accessToken,
            @Setting(
                            form = Form.ALGORITHM,
                            value = "What user information is signed with.",
                            leftOut = "user information is plain JSON")
                    Optional<String> userinfo) {
        public static final Signing USUAL = new Signing("RS256", Optional.empty(), Optional.empty());
    }

    /** By which `sub` people are known to it (OpenID Connect Core §8). */
    public record Subject(
            @Setting(
                            form = Form.CHOICE,
                            key = "subject",
                            choices = {"public", "pairwise"},
                            value =
                                    "`pairwise` gives people another `sub` in every sector, so that apps cannot compare.",
                            byDefault = "public")
                    boolean pairwise,
            @Setting(
                            form = Form.TEXT,
                            value = "The host by whose name pairwise `sub`s are made.",
                            leftOut = "the host of its redirects",
                            example = "acme.example")
                    Optional<String> sector) {
        public static final Subject PUBLIC = new Subject(false, Optional.empty());
    }

    /** What counts where a request says nothing. */
    public record Defaults(
            @Setting(
                            form = Form.DURATION,
                            value = "How long ago people may have signed in at most.",
                            leftOut = "as long as the session lasts",
                            from = "1s",
                            to = "366d")
                    Optional<Duration> maxAge,
            @Setting(
                            form = Form.NAMES,
                            value = "How people should have signed in, the best first (`acr`).",
                            byDefault = "[]",
                            example = "[urn:gatehouse:acr:1]")
                    List<String> acrValues,
            @Setting(
                            form = Form.URL,
                            value = "Where others send people who are to be signed in to it (`initiate_login_uri`).",
                            leftOut = "none")
                    Optional<URI> initiateLogin) {
        public static final Defaults NONE = new Defaults(Optional.empty(), List.of(), Optional.empty());
    }
}
