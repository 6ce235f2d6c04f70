package dev.gatehouse.config;

import dev.gatehouse.config.LoginProvider.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Who else may say who people are. */
public record OtherLogins(
        @Setting(form = Form.SECTION, value = "People sign in with Google.") KnownLogin google,
        @Setting(form = Form.SECTION, value = "People sign in with Facebook.") KnownLogin facebook,
        @Setting(form = Form.SECTION, value = "People sign in with GitHub.") KnownLogin github,
        @Setting(
                        form = Form.OTHERS,
                        key = "<name>",
                        value =
                                "People sign in with another OpenID provider, by whatever name; `type: oidc` tells it from a misspelt key.")
                Map<String, OidcLogin> named) {
    public static final OtherLogins NONE = new OtherLogins(KnownLogin.NONE, KnownLogin.NONE, KnownLogin.NONE, Map.of());

    /** Those by which people sign in, in the order of their buttons. */
    public List<LoginProvider> all() {
        return Stream.concat(
                        Stream.of(
                                google.as("google", Kind.GOOGLE, "Google", List.of("openid", "profile", "email")),
                                facebook.as("facebook", Kind.FACEBOOK, "Facebook", List.of("public_profile", "email")),
                                github.as("github", Kind.GITHUB, "GitHub", List.of("read:user", "user:email"))),
                        named.entrySet().stream().map(each -> each.getValue().as(each.getKey())))
                .flatMap(Optional::stream)
                .toList();
    }
}
