package dev.gatehouse.clients;

import static dev.gatehouse.clients.OAuthError.INVALID_CLIENT;
import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.tokens.RemoteJwks;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Secret;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import io.vertx.core.Future;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which client is calling (RFC 6749 §2.3): a public one by its {@code client_id}; a confidential one by its secret, in the header or in the form, or by an
 * assertion it signed, and by one of these only. Guessing is slowed down. One of these serves all event loops.
 */
public final class ClientAuthentication {
    /** Wrong proofs of one client from one place: nobody's mistakes come near it, and nobody guesses a secret at this pace. */
    private static final TokenBucket PER_CLIENT_AND_PLACE = new TokenBucket(30, Duration.ofMinutes(15));

    private static final TokenBucket PER_PLACE = new TokenBucket(300, Duration.ofMinutes(15));
    private static final int MOST_PLACES = 65_536;
    private static final int LONGEST_ID = 2048;
    private static final Set<String> NEVER_IN_THE_ADDRESS = Set.of("client_secret", "client_assertion");
    /** What strangers are compared with, so that they take as long as everybody. */
    private static final SecretHash NOBODYS = SecretHash.of("nobody's");

    private final Clients clients;
    private final ClientKeys keys;
    private final OneTime oneTime;
    private final Signatures signatures;
    private final String issuer;
    private final InstantSource clock;
    private final LimitTable<Suspect> suspects;
    private final LimitTable<SourceNetwork> places;

    /** {@code issuer} is what assertions must be made for. */
    public ClientAuthentication(
            Clients clients,
            RemoteJwks remote,
            OneTime oneTime,
            Signatures signatures,
            String issuer,
            InstantSource clock) {
        this.clients = clients;
        this.keys = new ClientKeys(remote);
        this.oneTime = oneTime;
        this.signatures = signatures;
        this.issuer = issuer;
        this.clock = clock;
        this.suspects = new LimitTable<>(PER_CLIENT_AND_PLACE, MOST_PLACES, clock);
        this.places = new LimitTable<>(PER_PLACE, MOST_PLACES, clock);
    }

    /** Who somebody claims to be, as short as it can be remembered, and from where. */
    private record Suspect(int client, SourceNetwork place) {}

    /** What a caller has shown. A certificate of its own (RFC 8705 §2) would be a fourth way. */
    private sealed interface Shown {
        ClientId client();

        AuthMethod method();

        record Name(ClientId client) implements Shown {
            @Override
            public AuthMethod method() {
                return AuthMethod.NONE;
            }
        }

        record Password(ClientId client, AuthMethod method, Secret secret) implements Shown {}

        record Signed(ClientAssertion assertion) implements Shown {
            @Override
            public ClientId client() {
                return assertion.client();
            }

            @Override
            public AuthMethod method() {
                return AuthMethod.PRIVATE_KEY_JWT;
            }
        }
    }

    /** {@code whenUnnamed} is who calls without a {@code client_id}; refuses with {@code invalid_client}. */
    public Future<Client> of(Call call, FormBody form, Optional<ClientId> whenUnnamed) {
        Shown shown = shown(call, form, whenUnnamed);
        var suspect = new Suspect(shown.client().hashCode(), SourceNetwork.of(call.clientAddress()));
        unlessTooOften(suspect);
        return clients.find(shown.client())
                .compose(found -> proven(found, shown))
                .onFailure(no -> count(suspect, no));
    }

    // ── what was shown ───────────────────────────────────────────────────────────────────────────────────────────

    private Shown shown(Call call, FormBody form, Optional<ClientId> whenUnnamed) {
        notInTheAddress(call);
        String authorization = call.header("Authorization");
        Optional<String> secret = form.field("client_secret");
        Optional<String> assertion = form.field("client_assertion");
        boolean header = !authorization.isEmpty();
        if (header && secret.isPresent()
                || header && assertion.isPresent()
                || secret.isPresent() && assertion.isPresent())
            throw INVALID_REQUEST.because("the client authenticates in two ways at once");
        Shown shown = header
                ? basic(authorization)
                : assertion.isPresent() ? signed(form, assertion.get()) : named(form, secret, whenUnnamed);
        boolean differs = form.field("client_id")
                .filter(id -> !id.equals(shown.client().value()))
                .isPresent();
        if (differs) throw INVALID_REQUEST.because("client_id differs from who authenticates");
        return shown;
    }

    /** RFC 6749 §2.3.1: addresses are logged. */
    private static void notInTheAddress(Call call) {
        if (call.query().isEmpty()) return;
        for (String pair : call.query().split("&", -1)) {
            String name = pair.substring(0, Math.max(0, pair.indexOf('=')));
            if (NEVER_IN_THE_ADDRESS.contains(name))
                throw INVALID_REQUEST.because(name + " must not be sent in the address; make a new one");
        }
    }

    private static Shown named(FormBody form, Optional<String> secret, Optional<ClientId> whenUnnamed) {
        ClientId client = form.field("client_id")
                .map(ClientAuthentication::id)
                .or(() -> whenUnnamed)
                .orElseThrow(ClientAuthentication::stranger);
        return secret.isPresent()
                ? new Shown.Password(client, AuthMethod.CLIENT_SECRET_POST, new Secret(secret.get()))
                : new Shown.Name(client);
    }

    private Shown signed(FormBody form, String assertion) {
        if (!form.field("client_assertion_type").equals(Optional.of(ClientAssertion.TYPE)))
            throw INVALID_CLIENT.because("client_assertion_type is not " + ClientAssertion.TYPE);
        return new Shown.Signed(ClientAssertion.read(assertion, issuer, clock.instant()));
    }

    /** Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1). */
    private static Shown basic(String authorization) {
        if (!authorization.toLowerCase(Locale.ROOT).startsWith("basic "))
            throw INVALID_CLIENT.because("clients authenticate by Basic here");
        try {
            String pair = new String(
                    Base64.getDecoder().decode(authorization.substring(6).trim()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon < 0) throw stranger();
            ClientId client = id(decoded(pair.substring(0, colon)));
            String secret = decoded(pair.substring(colon + 1));
            if (secret.isEmpty()) throw stranger();
            return new Shown.Password(client, AuthMethod.CLIENT_SECRET_BASIC, new Secret(secret));
        } catch (IllegalArgumentException broken) {
            throw stranger();
        }
    }

    private static ClientId id(String text) {
        if (text.isBlank() || text.length() > LONGEST_ID) throw stranger();
        return new ClientId(text);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    // ── what it proves ───────────────────────────────────────────────────────────────────────────────────────────

    private Future<Client> proven(Optional<Client> found, Shown shown) {
        if (shown instanceof Shown.Password password) return Future.succeededFuture(byPassword(found, password));
        Client client = found.filter(known -> known.proof().methods().contains(shown.method()))
                .orElseThrow(ClientAuthentication::stranger);
        return shown instanceof Shown.Signed signed
                ? bySignature(client, signed.assertion())
                : Future.succeededFuture(client);
    }

    private static Client byPassword(Optional<Client> found, Shown.Password shown) {
        var kept = found.flatMap(client -> client.proof().secret());
        boolean right = kept.orElse(NOBODYS).matches(shown.secret()) && kept.isPresent();
        return found.filter(client -> right && client.proof().methods().contains(shown.method()))
                .orElseThrow(ClientAuthentication::stranger);
    }

    private Future<Client> bySignature(Client client, ClientAssertion assertion) {
        Set<JwsAlgorithm> allowed = client.signing().assertion().map(Set::of).orElse(EnumSet.allOf(JwsAlgorithm.class));
        return keys.of(client, assertion.jwt())
                .compose(found -> {
                    boolean signed = found.isPresent() && assertion.jwt().provenBy(found.get(), allowed, signatures);
                    return signed ? usedFirst(assertion) : Future.failedFuture(stranger());
                })
                .map(client);
    }

    /** RFC 7523 §3: over all nodes, and after a restart. */
    private Future<Void> usedFirst(ClientAssertion assertion) {
        return oneTime.first(OneTime.Kind.ASSERTION, assertion.oneTimeName(), assertion.goodUntil())
                .compose(first -> first
                        ? Future.succeededFuture()
                        : Future.failedFuture(INVALID_CLIENT.because("the assertion was used before (jti)")));
    }

    // ── who tries too often ──────────────────────────────────────────────────────────────────────────────────────

    private void unlessTooOften(Suspect suspect) {
        suspects.blocked(suspect).or(() -> places.blocked(suspect.place())).ifPresent(wait -> {
            throw Reason.TOO_MANY_ATTEMPTS
                    .because("this client failed to authenticate too often from there")
                    .retryAfter(wait);
        });
    }

    private void count(Suspect suspect, Throwable no) {
        if (!(no instanceof Refusal refusal) || refusal.problem() != INVALID_CLIENT) return;
        suspects.take(suspect);
        places.take(suspect.place());
    }

    /** One sentence for every cause: it tells nobody which clients there are. */
    private static Refusal stranger() {
        return INVALID_CLIENT.because("the client is unknown or did not authenticate");
    }
}
