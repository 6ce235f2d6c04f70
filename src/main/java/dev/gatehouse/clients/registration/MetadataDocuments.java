package dev.gatehouse.clients.registration;

import static dev.gatehouse.clients.OAuthError.INVALID_CLIENT_METADATA;

import dev.gatehouse.clients.AuthMethod;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Client.Origin;
import dev.gatehouse.clients.Documents;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.RegistrationSettings;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.outbound.Freshness;
import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.outbound.GuardedClient.Fetched;
import dev.gatehouse.outbound.SingleFlight;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients that are a document at the URL that is their id (OAuth Client ID Metadata Document): fetched from exactly there, believed only where the settings say so,
 * remembered for a while. One that is not in order is remembered too, for a shorter while.
 */
public final class MetadataDocuments implements Documents {
    static final int MOST_BYTES = 10 * 1024;
    static final int MOST_DOCUMENTS = 2_000;
    static final Duration WRONG_FOR = Duration.ofSeconds(60);
    /** How long a document serves whose host cannot be reached. */
    static final Duration KEPT = Duration.ofHours(1);

    private static final TokenBucket PER_HOST = new TokenBucket(60, Duration.ofMinutes(1));
    private static final int MOST_HOSTS = 4_096;
    private static final List<String> SECRETS = List.of("client_secret", "client_secret_expires_at");

    private static final Logger LOG = LoggerFactory.getLogger(MetadataDocuments.class);

    private final GuardedClient outbound;
    private final Supplier<Config> config;
    private final InstantSource clock;
    private final MetadataAddresses addresses;
    private final LimitTable<String> fetches;
    private final SingleFlight<ClientId, Optional<Client>> flights = new SingleFlight<>();
    /** Apart from each other, so that names nobody has push out nothing. */
    private final Map<ClientId, Known> right = remembered();

    private final Map<ClientId, Known> wrong = remembered();

    public MetadataDocuments(GuardedClient outbound, Supplier<Config> config, InstantSource clock) {
        this.outbound = outbound;
        this.config = config;
        this.clock = clock;
        this.addresses = new MetadataAddresses(outbound);
        this.fetches = new LimitTable<>(PER_HOST, MOST_HOSTS, clock);
    }

    /** What is kept is what was checked; the client is made of it when it is asked for. */
    private record Known(Optional<JsonObject> metadata, Instant freshUntil) {}

    private record Read(JsonObject metadata, Duration fresh) {}

    @Override
    public Optional<Client> known(ClientId id) {
        Known known = look(right, id);
        return known == null || believed(id).isEmpty() ? Optional.empty() : client(id, known);
    }

    @Override
    public Future<Optional<Client>> find(ClientId id) {
        Optional<DocumentId> document = believed(id);
        if (document.isEmpty()) return Future.succeededFuture(Optional.empty());
        Instant now = clock.instant();
        for (var memory : List.of(right, wrong)) {
            Known known = look(memory, id);
            if (known != null && now.isBefore(known.freshUntil())) return Future.succeededFuture(client(id, known));
        }
        return flights.ask(id, () -> fetch(id, document.get()));
    }

    private Optional<DocumentId> believed(ClientId id) {
        var settings = config.get().registration().documents();
        if (settings instanceof RegistrationSettings.Documents.Off) return Optional.empty();
        Optional<DocumentId> document = DocumentId.of(id.value());
        return settings instanceof RegistrationSettings.Documents.Hosts listed
                ? document.filter(one -> listed.hosts().contains(one.host()))
                : document;
    }

    private Future<Optional<Client>> fetch(ClientId id, DocumentId document) {
        if (fetches.take(document.host()).isPresent()) return Future.succeededFuture(stale(id));
        return outbound.getWithoutRedirects(document.url(), "application/json", MOST_BYTES)
                .map(fetched -> read(fetched, document))
                .compose(read -> addresses.checked(read.metadata()).map(read))
                .map(read -> {
                    keep(
                            right,
                            id,
                            new Known(
                                    Optional.of(read.metadata()),
                                    clock.instant().plus(read.fresh())));
                    return Optional.of(client(id, read.metadata()));
                })
                .recover(failure -> Future.succeededFuture(notInOrder(id, failure)));
    }

    private Read read(Fetched fetched, DocumentId document) {
        if (fetched.status() != 200) throw wrong("it was answered with status " + fetched.status());
        String type = fetched.headers().getOrDefault("content-type", "").toLowerCase(Locale.ROOT);
        if (!type.matches("application/(json|[a-z0-9.-]+\\+json)( *;.*)?"))
            throw wrong("it is not JSON by its media type");
        Submitted sent = Submitted.of(fetched.body());
        if (!sent.text("client_id").equals(Optional.of(document.text()))) throw wrong("its client_id is another");
        if (SECRETS.stream().anyMatch(sent::has)) throw wrong("it holds a secret");
        JsonObject kept = new MetadataRules(Allowed.to(Origin.DOCUMENT, config.get())).kept(asPublic(sent));
        if (kept.getString("token_endpoint_auth_method").startsWith("client_secret"))
            throw wrong("its client authenticates by a secret, and who should know it?");
        return new Read(kept, Freshness.of(fetched.headers()));
    }

    /** There is no secret to have, so without a word it has none. */
    private static Submitted asPublic(Submitted sent) {
        if (sent.has("token_endpoint_auth_method")) return sent;
        var members = new HashMap<>(sent.members());
        members.put("token_endpoint_auth_method", AuthMethod.NONE.wireName());
        return new Submitted(members);
    }

    private static Refusal wrong(String why) {
        return INVALID_CLIENT_METADATA.because(why);
    }

    /** A host that is away takes nothing back; a document that is wrong does. */
    private Optional<Client> notInOrder(ClientId id, Throwable failure) {
        LOG.debug("the client document {} is of no use: {}", id, failure.getMessage());
        if (failure instanceof Failure) {
            Optional<Client> before = stale(id);
            if (before.isPresent()) return before;
        }
        synchronized (right) {
            right.remove(id);
        }
        keep(wrong, id, new Known(Optional.empty(), clock.instant().plus(WRONG_FOR)));
        return Optional.empty();
    }

    private Optional<Client> stale(ClientId id) {
        Known known = look(right, id);
        return known != null && clock.instant().isBefore(known.freshUntil().plus(KEPT))
                ? client(id, known)
                : Optional.empty();
    }

    private static Optional<Client> client(ClientId id, Known known) {
        return known.metadata().map(metadata -> client(id, metadata));
    }

    private static Client client(ClientId id, JsonObject metadata) {
        return ClientMetadata.toClient(id, metadata, Origin.DOCUMENT, Optional.empty());
    }

    private static @Nullable Known look(Map<ClientId, Known> memory, ClientId id) {
        synchronized (memory) {
            return memory.get(id);
        }
    }

    private static void keep(Map<ClientId, Known> memory, ClientId id, Known known) {
        synchronized (memory) {
            memory.put(id, known);
        }
    }

    private static Map<ClientId, Known> remembered() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ClientId, Known> eldest) {
                return size() > MOST_DOCUMENTS;
            }
        };
    }
}
