package dev.gatehouse.config;

import dev.gatehouse.config.LoginProvider.Kind;
import dev.gatehouse.vocabulary.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A provider whose addresses everybody knows: who we are there is all there is to say. */
public record KnownLogin(
        @Setting(
                        form = Form.TEXT,
                        value = "Who the gate is there.",
                        leftOut = "nobody signs in by it",
                        example = "${GOOGLE_CLIENT_ID:-}")
                Optional<String> clientId,
        @Setting(
                        form = Form.SECRET,
                        value = "What the gate proves it with; needed where `client_id` is.",
                        leftOut = "none",
                        example = "${GOOGLE_CLIENT_SECRET:-}")
                Optional<Secret> clientSecret,
        @Setting(
                        form = Form.CHOICE,
                        choices = {"on", "off"},
                        value = "Whether the provider's tokens of the last sign-in are kept, under the master key.",
                        byDefault = "off")
                boolean keepTokens) {
    static final KnownLogin NONE = new KnownLogin(Optional.empty(), Optional.empty(), false);

    /** Empty where nobody signs in by it. */
    Optional<LoginProvider> as(String name, Kind kind, String label, List<String> scopes) {
        return clientId.flatMap(id -> clientSecret.map(secret -> new LoginProvider(
                name, kind, label, Optional.empty(), id, secret, scopes, Optional.empty(), Map.of(), keepTokens)));
    }
}
