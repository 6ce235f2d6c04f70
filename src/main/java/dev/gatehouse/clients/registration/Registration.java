package dev.gatehouse.clients.registration;

import static dev.gatehouse.clients.OAuthError.INVALID_CLIENT_METADATA;
import static dev.gatehouse.clients.OAuthError.INVALID_TOKEN;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.AuthMethod;
import dev.gatehouse.clients.Client.Origin;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.clients.registration.Registrations.Fresh;
import dev.gatehouse.clients.registration.Registrations.Kept;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.RegistrationSettings.Mode;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.store.Database;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Secret;
import dev.gatehouse.web.Address;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Endpoint;
import dev.gatehouse.web.ErrorForm;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Takes;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Applications register themselves and look after their registration (RFC 7591, RFC 7592, OpenID Connect Dynamic Client Registration): {@code POST /oauth/register},
 * {@code GET}, {@code PUT} and {@code DELETE /oauth/register/{client_id}}; {@code POST /register_client} is the name that tutorials use for the first.
 */
public final class Registration {
    static final String PATH = "/oauth/register";
    /** How many registrations a stranger may try. */
    static final TokenBucket PER_SOURCE = new TokenBucket(100, Duration.ofHours(1));

    /** How many wrong tokens, initial or of a registration, may come from one place: no mistake makes more, and none is guessed in fewer. */
    static final TokenBucket WRONG_TOKENS = new TokenBucket(50, Duration.ofMinutes(15));

    private static final int SOURCES = 65_536;
    private static final int ID_BYTES = 16;
    private static final int SECRET_BYTES = 32;
    private static final String WELL_FORMED_ID = "[A-Za-z0-9][A-Za-z0-9._~-]{0,63}";

    private final Supplier<Config> config;
    private final String url;
    private final Clients clients;
    private final SecureRandom random;
    private final MetadataAddresses addresses;
    private final Registrations registrations;
    private final InitialAccess initialAccess;
    private final LimitTable<SourceNetwork> strangers;
    private final LimitTable<SourceNetwork> wrong;

    public Registration(
            Database database,
            Supplier<Config> config,
            String url,
            Clients clients,
            GuardedClient outbound,
            Revocations revocations,
            AuditTrail trail,
            InstantSource clock,
            SecureRandom random) {
        this.config = config;
        this.url = url;
        this.clients = clients;
        this.random = random;
        this.addresses = new MetadataAddresses(outbound);
        this.registrations = new Registrations(database, revocations, trail, clock);
        this.initialAccess = new InitialAccess(database);
        this.strangers = new LimitTable<>(PER_SOURCE, SOURCES, clock);
        this.wrong = new LimitTable<>(WRONG_TOKENS, SOURCES, clock);
    }

    public List<Address> addresses() {
        String one = PATH + "/{client_id}";
        return List.of(
                open(Address.post(PATH, Takes.JSON, watched(this::register))),
                open(Address.post("/register_client", Takes.JSON, watched(this::registerByTutorial))),
                open(Address.get(one, watched(this::read))),
                open(Address.of("PUT", one, Takes.JSON, watched(this::change))),
                open(Address.of("DELETE", one, Takes.NOTHING, watched(this::remove))));
    }

    /** Nobody guesses tokens here for long: past the limit they are not even looked up. */
    private Endpoint watched(Endpoint endpoint) {
        return call -> {
            if (call.header("Authorization").isEmpty()) return endpoint.answer(call);
            SourceNetwork place = SourceNetwork.of(call.clientAddress());
            wrong.blocked(place).ifPresent(wait -> {
                throw Reason.TOO_MANY_ATTEMPTS
                        .because("too many wrong tokens came from your network")
                        .retryAfter(wait);
            });
            return Future.<Reply>future(promise -> endpoint.answer(call).onComplete(promise))
                    .onFailure(no -> count(place, no));
        };
    }

    private void count(SourceNetwork place, Throwable no) {
        if (no instanceof Refusal refusal && refusal.problem() == INVALID_TOKEN) wrong.take(place);
    }

    /** Apps that run in a browser register from there; nothing here is decided by a cookie. */
    private static Address open(Address address) {
        return address.sayingNo(ErrorForm.OAUTH).openToEveryOrigin();
    }

    /** With an initial access token, or as anybody. */
    private record Visitor(Origin origin, Optional<String> initialAccessToken, Source source) {}

    private Future<Reply> register(Call call) {
        return visitor(call).compose(visitor -> {
            Submitted sent = Submitted.of(call.body());
            if (sent.has("client_id"))
                throw INVALID_CLIENT_METADATA.because("client_id is made here and cannot be chosen");
            return registered(visitor, sent, freshId(), Optional.empty());
        });
    }

    /** Id and secret may be suggested; without redirect URIs it is a service that needs nobody to sign in. */
    private Future<Reply> registerByTutorial(Call call) {
        return visitor(call).compose(visitor -> {
            Submitted sent = Submitted.of(call.body());
            return registered(visitor, asService(visitor, sent), suggestedId(visitor, sent), suggestedSecret(sent));
        });
    }

    private Future<Visitor> visitor(Call call) {
        Source source = Source.address(call.clientAddress().getHostAddress());
        if (call.header("Authorization").isEmpty()) return Future.succeededFuture(stranger(call, source));
        String token = bearer(call);
        return initialAccess.holds(token).map(holds -> {
            if (!holds) throw INVALID_TOKEN.because("the initial access token is not valid");
            return new Visitor(Origin.REGISTERED, Optional.of(token), source);
        });
    }

    private Visitor stranger(Call call, Source source) {
        Mode mode = config.get().registration().mode();
        if (mode == Mode.CLOSED) throw Reason.REGISTRATION_CLOSED.because("apps are registered by the operator here");
        if (mode == Mode.TOKEN) throw INVALID_TOKEN.because("an initial access token is needed");
        strangers.take(SourceNetwork.of(call.clientAddress())).ifPresent(wait -> {
            throw Reason.RATE_LIMITED
                    .because("too many registrations from your network")
                    .retryAfter(wait);
        });
        return new Visitor(Origin.OPEN, Optional.empty(), source);
    }

    private Future<Reply> registered(Visitor visitor, Submitted sent, ClientId id, Optional<Secret> chosen) {
        JsonObject kept = rules(visitor.origin()).kept(sent);
        Optional<Secret> secret = needsSecret(kept) ? chosen.or(() -> Optional.of(freshSecret())) : Optional.empty();
        return addresses.checked(kept).compose(checked -> {
            var fresh = new Fresh(id, visitor.origin(), checked, secret, freshSecret());
            return added(visitor, fresh)
                    .compose(made -> known(id).map(made))
                    .map(made -> told(
                            201,
                            information(
                                    id,
                                    checked,
                                    secret,
                                    made,
                                    fresh.registrationToken().reveal())));
        });
    }

    private Future<Instant> added(Visitor visitor, Fresh fresh) {
        var settings = config.get().registration();
        return visitor.initialAccessToken()
                .map(token -> registrations.addInvited(fresh, token, visitor.source()))
                .orElseGet(
                        () -> registrations.addUninvited(fresh, settings.unused(), settings.most(), visitor.source()));
    }

    private Future<Reply> read(Call call) {
        ClientId id = named(call);
        String token = bearer(call);
        return found(id, token)
                .map(kept -> told(200, information(id, kept.metadata(), Optional.empty(), kept.made(), token)));
    }

    /** RFC 7592 §2.2: what is left out is gone; the rules are those of registration. */
    private Future<Reply> change(Call call) {
        ClientId id = named(call);
        String token = bearer(call);
        return found(id, token).compose(before -> {
            Submitted sent = Submitted.of(call.body());
            checkIdentity(sent, id, before);
            return addresses
                    .checked(rules(before.origin()).kept(sent))
                    .compose(checked -> changed(call, id, token, checked));
        });
    }

    private Future<Reply> changed(Call call, ClientId id, String token, JsonObject metadata) {
        Optional<Secret> secret = needsSecret(metadata) ? Optional.of(freshSecret()) : Optional.empty();
        return registrations
                .change(
                        id,
                        token,
                        metadata,
                        secret,
                        Source.address(call.clientAddress().getHostAddress()))
                .compose(done -> known(id).map(done))
                .map(done -> {
                    var changed = done.orElseThrow(Registration::wrongToken);
                    var shown = changed.secretIsNew() ? secret : Optional.<Secret>empty();
                    return told(200, information(id, metadata, shown, changed.made(), token));
                });
    }

    private Future<Reply> remove(Call call) {
        return registrations
                .remove(
                        named(call),
                        bearer(call),
                        Source.address(call.clientAddress().getHostAddress()))
                .compose(removed -> known(named(call)).map(removed))
                .map(removed -> {
                    if (!removed) throw wrongToken();
                    return Reply.empty(204);
                });
    }

    /** What was just done is known to this node before the answer leaves; others hear of it from the database. */
    private Future<Void> known(ClientId id) {
        return clients.changed(id).otherwiseEmpty();
    }

    private Future<Kept> found(ClientId id, String token) {
        return registrations.read(id, token).map(found -> found.orElseThrow(Registration::wrongToken));
    }

    private MetadataRules rules(Origin origin) {
        return new MetadataRules(Allowed.to(origin, config.get()));
    }

    /** RFC 7592 §2.2: the id is repeated, and a secret can only be repeated. */
    private static void checkIdentity(Submitted sent, ClientId id, Kept before) {
        if (!sent.text("client_id").equals(Optional.of(id.value())))
            throw INVALID_CLIENT_METADATA.because("client_id must be that of the client");
        sent.text("client_secret").ifPresent(shown -> {
            if (!before.secret().map(kept -> kept.matches(new Secret(shown))).orElse(false))
                throw INVALID_CLIENT_METADATA.because("client_secret cannot be chosen");
        });
    }

    /** RFC 7591 §3.2.1, RFC 7592 §3: everything as it is in force, and the secret only when it is new. */
    private JsonObject information(
            ClientId id, JsonObject kept, Optional<Secret> secret, Instant made, String registrationToken) {
        var information =
                new JsonObject().put("client_id", id.value()).put("client_id_issued_at", made.getEpochSecond());
        secret.ifPresent(
                shown -> information.put("client_secret", shown.reveal()).put("client_secret_expires_at", 0));
        return information
                .put("registration_access_token", registrationToken)
                .put("registration_client_uri", url + PATH + "/" + id.value())
                .mergeIn(kept);
    }

    /** RFC 7591 §3.2.1, also where no listener is that says so of every answer. */
    private static Reply told(int status, JsonObject information) {
        return Reply.json(status, information).with("Cache-Control", "no-store");
    }

    private static boolean needsSecret(JsonObject kept) {
        String method = kept.getString("token_endpoint_auth_method");
        return method.equals(AuthMethod.CLIENT_SECRET_BASIC.wireName())
                || method.equals(AuthMethod.CLIENT_SECRET_POST.wireName());
    }

    private ClientId suggestedId(Visitor visitor, Submitted sent) {
        Optional<String> suggested = sent.text("client_id");
        if (suggested.isEmpty()) return freshId();
        if (visitor.initialAccessToken().isEmpty())
            throw INVALID_CLIENT_METADATA.because("client_id can be chosen with an initial access token only");
        if (!suggested.get().matches(WELL_FORMED_ID))
            throw INVALID_CLIENT_METADATA.because(
                    "client_id may have 64 letters, digits, dots, dashes and underscores");
        ClientId id = new ClientId(suggested.get());
        if (clients.known(id).isPresent()) throw Registrations.taken();
        return id;
    }

    private static Optional<Secret> suggestedSecret(Submitted sent) {
        Optional<String> suggested = sent.text("client_secret");
        if (suggested.isPresent() && !SecretStrength.isEnough(suggested.get()))
            throw INVALID_CLIENT_METADATA.because(
                    "client_secret could be guessed; leave it out, and one is made, or send 32 random bytes");
        return suggested.map(Secret::new);
    }

    private static Submitted asService(Visitor visitor, Submitted sent) {
        boolean invited = visitor.initialAccessToken().isPresent();
        if (!invited || sent.has("redirect_uris") || sent.has("grant_types")) return sent;
        var members = new HashMap<>(sent.members());
        members.put("grant_types", List.of(GrantType.CLIENT_CREDENTIALS.wireName()));
        return new Submitted(members);
    }

    private ClientId freshId() {
        return new ClientId(RandomText.of(random, ID_BYTES));
    }

    private Secret freshSecret() {
        return new Secret(RandomText.of(random, SECRET_BYTES));
    }

    private static ClientId named(Call call) {
        String id = call.path().substring(PATH.length() + 1);
        if (id.isBlank()) throw wrongToken();
        return new ClientId(id);
    }

    /** RFC 6750 §2.1; in the header only. */
    private static String bearer(Call call) {
        String authorization = call.header("Authorization");
        if (!authorization.toLowerCase(Locale.ROOT).startsWith("bearer ") || authorization.length() > 1024)
            throw wrongToken();
        return authorization.substring("bearer ".length()).trim();
    }

    /** One sentence for every cause: it tells nobody which clients there are. */
    private static Refusal wrongToken() {
        return INVALID_TOKEN.because("the token is not valid for this registration");
    }
}
