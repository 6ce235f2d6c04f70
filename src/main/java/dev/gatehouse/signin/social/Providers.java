package dev.gatehouse.signin.social;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.LoginProvider;
import dev.gatehouse.config.LoginProvider.Kind;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.ForeignPerson;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeySet;
import dev.gatehouse.keys.KeyWrapping;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.signin.social.ForeignIdToken.Expected;
import dev.gatehouse.signin.social.ProviderCalls.Tokens;
import dev.gatehouse.tokens.ForeignKeys;
import dev.gatehouse.tokens.RemoteJwks;
import dev.gatehouse.tokens.SignedJwt;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Sha256;
import io.vertx.core.Future;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The providers of the file: where a browser goes to say who somebody is, and who it was that came back. An answer counts when it is the one to our own question, from the
 * one that was asked, and signed by nobody else (RFC 9700 §2.1, §4.4; OpenID Connect Core §3.1).
 */
public final class Providers {
    /** Below it, each provider has an address of its own to come back to, so that no answer of one is taken for another's. */
    public static final String CALLBACK = "/login/callback/";

    private static final Duration TRY_AGAIN = Duration.ofSeconds(30);
    private static final Set<JwsAlgorithm> ALGORITHMS = EnumSet.allOf(JwsAlgorithm.class);
    private static final String TOKENS = "provider-tokens";
    private static final Logger LOG = LoggerFactory.getLogger(Providers.class);

    private final Supplier<Config> config;
    private final String url;
    private final WellKnown wellKnown;
    private final Discoveries discoveries;
    private final ProviderCalls calls;
    private final RemoteJwks jwks;
    private final Signatures signatures;
    private final KeyWrapping wrapping;
    private final InstantSource clock;
    private final SecureRandom random;

    /** {@code url} is what browsers see. */
    public Providers(
            Supplier<Config> config,
            String url,
            GuardedClient outbound,
            RemoteJwks jwks,
            Signatures signatures,
            KeyWrapping wrapping,
            InstantSource clock,
            SecureRandom random) {
        this(config, url, WellKnown.IN_THE_WORLD, outbound, jwks, signatures, wrapping, clock, random);
    }

    Providers(
            Supplier<Config> config,
            String url,
            WellKnown wellKnown,
            GuardedClient outbound,
            RemoteJwks jwks,
            Signatures signatures,
            KeyWrapping wrapping,
            InstantSource clock,
            SecureRandom random) {
        this.config = config;
        this.url = url;
        this.wellKnown = wellKnown;
        this.discoveries = new Discoveries(outbound, clock);
        this.calls = new ProviderCalls(outbound);
        this.jwks = jwks;
        this.signatures = signatures;
        this.wrapping = wrapping;
        this.clock = clock;
        this.random = random;
    }

    /**
     * What an OpenID provider is told beside the question. {@code again}: whoever is signed in there is to show it once more; {@code hint} is whom the app expects,
     * {@code language} what our own page speaks.
     */
    public record Manner(boolean again, Optional<String> hint, String language) {}

    /** What we keep of a question until its answer comes. {@code anew} is when it was asked, where nothing that was shown there before is to count. */
    public record Asked(String provider, String nonce, String verifier, Optional<Instant> anew) {}

    /** Where the browser goes with a question; {@code state} comes back with the answer. */
    public record Question(String state, URI address, Asked asked) {}

    public List<LoginProvider> all() {
        return config.get().login().others().all();
    }

    public Optional<LoginProvider> named(String name) {
        return all().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /** Where browsers are led by a question, as far as it is known now; what is not known yet is asked for meanwhile. */
    public Set<String> destinations() {
        var addresses = new LinkedHashSet<String>();
        for (LoginProvider provider : all()) {
            Optional<Issuer> issuer = discovered(provider);
            issuer.map(Issuer::value).ifPresent(addresses::add);
            issuer.ifPresent(discoveries::ahead);
            issuer.flatMap(discoveries::known)
                    .or(() -> fixed(provider))
                    .ifPresent(metadata -> addresses.add(metadata.authorize().toString()));
        }
        return addresses;
    }

    public Future<Question> question(LoginProvider provider, Manner manner) {
        String state = RandomText.of(random, 32);
        var asked = new Asked(
                provider.name(),
                RandomText.of(random, 32),
                RandomText.of(random, 32),
                Optional.of(clock.instant()).filter(now -> manner.again()));
        return metadata(provider)
                .map(metadata -> new Question(state, address(provider, metadata, state, asked, manner), asked));
    }

    private URI address(LoginProvider provider, ProviderMetadata metadata, String state, Asked asked, Manner manner) {
        var query = new LinkedHashMap<String, String>();
        query.put("response_type", "code");
        query.put("client_id", provider.clientId());
        query.put("redirect_uri", callback(provider));
        query.put("scope", String.join(" ", scopes(provider)));
        query.put("state", state);
        query.put("code_challenge", base64(Sha256.of(asked.verifier())));
        query.put("code_challenge_method", "S256");
        if (isOpenId(provider)) query.putAll(openIdFields(provider, asked, manner));
        String start = metadata.authorize().toString();
        return URI.create(start
                + (start.indexOf('?') < 0 ? "?" : "&")
                + query.entrySet().stream()
                        .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&")));
    }

    /** With {@code max_age} the ID token has to say when it was shown there (OpenID Connect Core §3.1.2.1). */
    private static Map<String, String> openIdFields(LoginProvider provider, Asked asked, Manner manner) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("nonce", asked.nonce());
        fields.put("ui_locales", manner.language());
        manner.hint().ifPresent(hint -> fields.put("login_hint", hint));
        if (manner.again()) fields.putAll(Map.of("prompt", again(provider), "max_age", "0"));
        return fields;
    }

    /** Google takes `none`, `consent` and `select_account`, by its documentation, and refuses other words. */
    private static String again(LoginProvider provider) {
        return provider.kind() == Kind.GOOGLE ? "select_account" : "login";
    }

    private static Set<String> scopes(LoginProvider provider) {
        var scopes = new LinkedHashSet<String>();
        if (isOpenId(provider)) scopes.add("openid");
        scopes.addAll(provider.scopes());
        return scopes;
    }

    /** Refuses an answer that names another one than was asked, or names none where it must (RFC 9207 §2.4). */
    public Future<Void> checkSender(LoginProvider provider, Optional<String> iss) {
        return metadata(provider).compose(metadata -> {
            if (iss.isEmpty() && metadata.saysIssuer()) throw refused("the answer does not say whose it is (iss)");
            if (iss.filter(said -> !said.equals(metadata.issuer())).isPresent())
                throw refused("the answer is of another provider (iss)");
            return Future.succeededFuture();
        });
    }

    /** Who came back with a code. */
    public Future<ForeignPerson> person(LoginProvider provider, Asked asked, String code) {
        return metadata(provider)
                .compose(metadata -> calls.exchange(provider, metadata, code, asked.verifier(), callback(provider))
                        .recover(failure -> Future.failedFuture(notExchanged(provider, failure)))
                        .compose(tokens -> switch (provider.kind()) {
                            case OIDC, GOOGLE -> openId(provider, metadata, asked, tokens);
                            case GITHUB -> gitHub(provider, metadata, tokens);
                            case FACEBOOK -> facebook(provider, metadata, tokens);
                        }));
    }

    // ---- OpenID Connect ----

    private Future<ForeignPerson> openId(
            LoginProvider provider, ProviderMetadata metadata, Asked asked, Tokens tokens) {
        SignedJwt token;
        try {
            token = SignedJwt.read(
                    tokens.text("id_token").orElseThrow(() -> refused("no ID token came with the answer")));
        } catch (SignedJwt.Malformed no) {
            return Future.failedFuture(refused("the ID token cannot be read: " + no.why()));
        }
        var expected = new Expected(
                metadata.issuer(), provider.clientId(), asked.nonce(), tokens.text("access_token"), asked.anew());
        return proven(provider, token, metadata.keys().orElseThrow()).compose(signed -> {
            ForeignIdToken.fault(token, expected, clock.instant()).ifPresent(why -> {
                throw refused(why);
            });
            String subject = token.text("sub").orElseThrow();
            return openIdInfo(provider, metadata, tokens).map(info -> {
                if (info.isPresent() && !subject.equals(info.get().get("sub")))
                    throw refused("the user info is of somebody else (sub)");
                var said = new SaidClaims(token.claims(), info.orElse(Map.of()));
                return person(
                        provider,
                        metadata,
                        subject,
                        tokens,
                        said,
                        said.email(),
                        said.emailVerified(),
                        said.text("preferred_username"));
            });
        });
    }

    /** Signed by a key that the issuer publishes; one that is not among those that are known is looked for once more. */
    private Future<Void> proven(LoginProvider provider, SignedJwt token, URI keys) {
        return jwks.keys(keys)
                .compose(set -> isMissing(token, set) ? jwks.refreshed(keys) : Future.succeededFuture(set))
                .recover(failure -> Future.failedFuture(away(provider, failure)))
                .compose(set -> token.provenBy(set, ALGORITHMS, signatures)
                        ? Future.succeededFuture()
                        : Future.failedFuture(refused("the ID token is not signed by its issuer")));
    }

    private static boolean isMissing(SignedJwt token, KeySet keys) {
        return token.kid().isPresent()
                ? keys.find(token.kid().get(), token.algorithm()) == null
                : keys.only(token.algorithm()).isEmpty();
    }

    private Future<Optional<Map<String, Object>>> openIdInfo(
            LoginProvider provider, ProviderMetadata metadata, Tokens tokens) {
        if (metadata.userInfo().isEmpty() || tokens.text("access_token").isEmpty())
            return Future.succeededFuture(Optional.empty());
        return info(provider, metadata, tokens).map(Optional::of);
    }

    // ---- OAuth 2 and an API ----

    private Future<ForeignPerson> gitHub(LoginProvider provider, ProviderMetadata metadata, Tokens tokens) {
        String access = tokens.text("access_token").orElseThrow(() -> refused("no token came with the answer"));
        return info(provider, metadata, tokens).compose(info -> calls.list(wellKnown.githubMails(), access)
                .recover(failure -> Future.failedFuture(away(provider, failure)))
                .map(mails -> {
                    var said = new SaidClaims(info, primary(mails));
                    return person(
                            provider,
                            metadata,
                            number(info),
                            tokens,
                            said,
                            new SaidClaims(said.then(), Map.of()).email(),
                            Boolean.TRUE.equals(said.then().get("verified")),
                            said.text("login"));
                }));
    }

    private static Map<String, Object> primary(List<Object> mails) {
        for (Object each : mails)
            if (each instanceof Map<?, ?> mail && Boolean.TRUE.equals(mail.get("primary"))) {
                var primary = new LinkedHashMap<String, Object>();
                mail.forEach((name, value) -> primary.put(String.valueOf(name), value));
                return primary;
            }
        return Map.of();
    }

    /** Facebook does not say whether it has verified an address. */
    private Future<ForeignPerson> facebook(LoginProvider provider, ProviderMetadata metadata, Tokens tokens) {
        if (tokens.text("access_token").isEmpty()) return Future.failedFuture(refused("no token came with the answer"));
        return info(provider, metadata, tokens).map(info -> {
            var said = new SaidClaims(info, Map.of());
            return person(provider, metadata, number(info), tokens, said, said.email(), false, said.text("name"));
        });
    }

    private static String number(Map<String, Object> info) {
        Object id = info.get("id");
        String text = id instanceof String || id instanceof Long ? id.toString() : "";
        if (!text.matches("[0-9]{1,32}")) throw refused("the user info does not say who came (id)");
        return text;
    }

    private ForeignPerson person(
            LoginProvider provider,
            ProviderMetadata metadata,
            String subject,
            Tokens tokens,
            SaidClaims said,
            Optional<EmailAddress> email,
            boolean verified,
            Optional<String> nickname) {
        return new ForeignPerson(
                provider.name(),
                metadata.issuer(),
                subject,
                email,
                verified && email.isPresent(),
                nickname.filter(name -> name.length() <= ForeignPerson.LONGEST_SUBJECT),
                said.roles(provider),
                provider.keepTokens()
                        ? Optional.of(base64(wrapping.wrap(
                                TOKENS,
                                metadata.issuer() + " " + subject,
                                tokens.all().toBuffer().getBytes())))
                        : Optional.empty());
    }

    private Future<Map<String, Object>> info(LoginProvider provider, ProviderMetadata metadata, Tokens tokens) {
        return calls.userInfo(provider, metadata, tokens)
                .recover(failure -> Future.failedFuture(
                        String.valueOf(failure.getMessage()).contains("'sub' does not match")
                                ? refused("the user info is of somebody else (sub)")
                                : away(provider, failure)));
    }

    // ---- which one ----

    private Future<ProviderMetadata> metadata(LoginProvider provider) {
        return discovered(provider)
                .map(discoveries::of)
                .orElseGet(() -> Future.succeededFuture(fixed(provider).orElseThrow()))
                .recover(failure -> Future.failedFuture(away(provider, failure)));
    }

    private Optional<Issuer> discovered(LoginProvider provider) {
        return provider.kind() == Kind.GOOGLE ? Optional.of(wellKnown.google()) : provider.issuer();
    }

    private Optional<ProviderMetadata> fixed(LoginProvider provider) {
        return switch (provider.kind()) {
            case FACEBOOK -> Optional.of(wellKnown.facebook());
            case GITHUB -> Optional.of(wellKnown.github());
            case OIDC, GOOGLE -> Optional.empty();
        };
    }

    private static boolean isOpenId(LoginProvider provider) {
        return provider.kind() == Kind.OIDC || provider.kind() == Kind.GOOGLE;
    }

    private String callback(LoginProvider provider) {
        return url + CALLBACK + provider.name();
    }

    // ---- what went wrong ----

    private static Refusal refused(String why) {
        return Reason.PROVIDER_REFUSED.because(why);
    }

    /** A code that the provider does not take is somebody's mistake or trick; everything else is the provider's trouble. */
    private static Refusal notExchanged(LoginProvider provider, Throwable failure) {
        String why = String.valueOf(failure.getMessage());
        return why.contains("invalid_grant") || why.contains("bad_verification_code")
                ? refused("the provider does not take the code (invalid_grant)")
                : away(provider, failure);
    }

    private static Refusal away(LoginProvider provider, Throwable failure) {
        if (failure instanceof Refusal refusal) return refusal;
        LOG.warn("{} gave no answer that can be used: {}", provider.name(), sentence(failure));
        return Reason.PROVIDER_UNAVAILABLE
                .because("The provider cannot be reached right now, or its answer was not one.")
                .retryAfter(TRY_AGAIN);
    }

    /** What others say in a failure may be anything. */
    private static String sentence(Throwable failure) {
        if (failure instanceof Failure said) return said.sentence();
        if (failure instanceof ForeignKeys.Fault fault) return fault.sentence();
        return failure.getClass().getSimpleName();
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
