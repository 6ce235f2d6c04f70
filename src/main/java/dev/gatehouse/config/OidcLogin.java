package dev.gatehouse.config;

import dev.gatehouse.config.LoginProvider.Kind;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Any OpenID provider, by its issuer. */
public record OidcLogin(
        @Setting(
                        form = Form.CHOICE,
                        choices = {"oidc"},
                        required = true,
                        value = "What is spoken with it: OpenID Connect.",
                        example = "oidc")
                String type,
        @Setting(
                        form = Form.TEXT,
                        value = "What the button says; at most 40 characters.",
                        leftOut = "the name of its section",
                        example = "Company account")
                Optional<String> name,
        @Setting(
                        form = Form.TEXT,
                        required = true,
                        value =
                                "Its name, character by character as its tokens say `iss`; its addresses and keys are found by discovery.",
                        example = "https://login.example.com/tenant/v2.0")
                Issuer issuer,
        @Setting(
                        form = Form.TEXT,
                        value = "Who the gate is there.",
                        leftOut = "nobody signs in by it",
                        example = "${ENTRA_CLIENT_ID:-}")
                Optional<String> clientId,
        @Setting(
                        form = Form.SECRET,
                        value = "What the gate proves it with; needed where `client_id` is.",
                        leftOut = "none",
                        example = "${ENTRA_CLIENT_SECRET:-}")
                Optional<Secret> clientSecret,
        @Setting(
                        form = Form.SCOPES,
                        value = "What is asked for; `openid` always is.",
                        byDefault = "[openid, profile, email]")
                List<String> scopes,
        @Setting(
                        form = Form.TEXT,
                        value =
                                "The claim of the provider that says what somebody is there; names with dots between lead into objects.",
                        leftOut = "the provider gives no roles",
                        example = "groups")
                Optional<String> rolesFrom,
        @Setting(
                        form = Form.ROLES,
                        value =
                                "Which role a value of that claim gives. At every sign-in what it gives is given, and what it gave before and does no longer is taken away.",
                        leftOut = "the provider gives no roles",
                        example = "sec-support: support")
                Map<String, String> roles,
        @Setting(
                        form = Form.CHOICE,
                        choices = {"on", "off"},
                        value = "Whether the provider's tokens of the last sign-in are kept, under the master key.",
                        byDefault = "off")
                boolean keepTokens) {
    /** Empty where nobody signs in by it. */
    Optional<LoginProvider> as(String section) {
        return clientId.flatMap(id -> clientSecret.map(secret -> new LoginProvider(
                section,
                Kind.OIDC,
                name.orElse(section),
                Optional.of(issuer),
                id,
                secret,
                scopes,
                rolesFrom,
                roles,
                keepTokens)));
    }
}
