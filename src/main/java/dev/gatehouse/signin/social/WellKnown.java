package dev.gatehouse.signin.social;

import dev.gatehouse.vocabulary.Issuer;
import java.net.URI;
import java.util.Optional;

/**
 * Providers that need no addresses in the file. Google is an OpenID provider like any other; Facebook and GitHub speak OAuth 2 and know no ID tokens, so that who came is
 * what their APIs answer to the token that was got for our code.
 */
record WellKnown(Issuer google, ProviderMetadata facebook, ProviderMetadata github, URI githubMails) {
    static final WellKnown IN_THE_WORLD = new WellKnown(
            new Issuer("https://accounts.google.com"),
            new ProviderMetadata(
                    "https://www.facebook.com",
                    URI.create("https://www.facebook.com/v23.0/dialog/oauth"),
                    URI.create("https://graph.facebook.com/v23.0/oauth/access_token"),
                    Optional.of(URI.create("https://graph.facebook.com/v23.0/me?fields=id,name,email")),
                    Optional.empty(),
                    false,
                    true),
            new ProviderMetadata(
                    "https://github.com",
                    URI.create("https://github.com/login/oauth/authorize"),
                    URI.create("https://github.com/login/oauth/access_token"),
                    Optional.of(URI.create("https://api.github.com/user")),
                    Optional.empty(),
                    false,
                    true),
            URI.create("https://api.github.com/user/emails"));
}
