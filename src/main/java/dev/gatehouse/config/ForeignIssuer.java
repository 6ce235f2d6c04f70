package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Position;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Somebody else's issuer: its exact name, and either where its keys are or whom to ask about its tokens. With neither, discovery finds the keys. */
public record ForeignIssuer(
        @Setting(
                        form = Form.TEXT,
                        required = true,
                        value = "Its name, character by character as its tokens say `iss`.",
                        example = "https://login.example.com")
                Issuer issuer,
        @Setting(
                        form = Form.KEYS,
                        value =
                                "Its public keys, as a JWK Set (RFC 7517 §5): a file, or the URL where it publishes them.",
                        leftOut = "found by discovery (RFC 8414, OpenID Connect Discovery)",
                        example = "https://login.example.com/keys")
                Optional<Keys> jwks,
        @Setting(
                        form = Form.ALGORITHMS,
                        value = "The algorithms that its tokens may be signed with.",
                        byDefault = "[ES256, RS256]")
                Set<String> algorithms,
        @Setting(
                        form = Form.CHOICE,
                        choices = {"at+jwt", "jwt"},
                        value = "What its access tokens say as `typ`; `jwt` for providers that do not follow RFC 9068.",
                        leftOut = "`at+jwt`")
                Optional<String> typ,
        @Setting(
                        form = Form.SECTION,
                        value = "For tokens that say nothing by themselves: the issuer is asked about them (RFC 7662).")
                Optional<IntrospectSettings> introspect,
        @NotAKey("where its name stands") Position at) {

    /** Where keys are. */
    public sealed interface Keys {
        record InFile(Path file) implements Keys {}

        record AtUrl(URI url) implements Keys {}
    }

    /** The file that its keys are in. */
    public Optional<Path> keyFile() {
        return jwks.filter(Keys.InFile.class::isInstance).map(keys -> ((Keys.InFile) keys).file());
    }
}
