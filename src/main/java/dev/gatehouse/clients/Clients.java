package dev.gatehouse.clients;

import dev.gatehouse.config.App;
import dev.gatehouse.config.AppType;
import dev.gatehouse.config.Config;
import dev.gatehouse.keys.SerialRefresh;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.Notices;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Secret;
import dev.gatehouse.web.AllowedOrigins;
import dev.gatehouse.web.Cors;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every application there is: those of the file, those of the database, and the one that is built in. Finding one is a look into memory, which the database's
 * notices keep current; an id that is not there is asked for, once in a while. The file wins over the database.
 */
public final class Clients implements AllowedOrigins {
    /** What the triggers of both tables say, with the client's id. */
    static final String CHANNEL = "gatehouse_client";

    /** Kept in memory; of more than that the others are asked for when they come. */
    static final int MOST_KNOWN = 20_000;

    private static final int MOST_STARTABLE = 50;
    private static final Duration POLL = Duration.ofSeconds(30);
    private static final int MOST_CHANGES = 500;
    private static final int LONGEST_ID = 256;
    private static final int MOST_STRANGERS = 4_000;
    private static final int SECRET_BYTES = 32;
    /** How often the database is asked for an id that nobody has. */
    private static final TokenBucket ONCE_IN_A_WHILE = new TokenBucket(1, Duration.ofSeconds(10));

    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);

    private final Vertx vertx;
    private final ClientStore store;
    private final Supplier<Config> config;
    private final SerialRefresh refresh = new SerialRefresh(this::read);
    private final LimitTable<ClientId> strangers;
    private final Set<String> changed = ConcurrentHashMap.newKeySet();

    private volatile boolean everything = true;
    private volatile Documents documents = Documents.NONE;
    private volatile Map<ClientId, Client> registered = new ConcurrentHashMap<>();
    private volatile Map<ClientId, SecretHash> secrets = Map.of();
    private volatile Filed filed;
    private volatile Set<String> origins = Set.of();
    private volatile String mark = "";
    private volatile boolean closed;
    private volatile Consumer<String> hearer = id -> {};
    private long timer = -1;

    /** What the file amounts to, made once for every state of it and of the secrets. */
    private record Filed(
            Config config, Map<ClientId, SecretHash> secrets, Map<ClientId, Client> clients, Set<String> origins) {}

    /** A secret that was made just now; nobody can read it later. */
    public record Made(ClientId client, Secret secret) {}

    public Clients(Vertx vertx, Database database, Supplier<Config> config, InstantSource clock) {
        this.vertx = vertx;
        this.store = new ClientStore(database);
        this.config = config;
        this.strangers = new LimitTable<>(ONCE_IN_A_WHILE, MOST_STRANGERS, clock);
        this.filed = filed(config.get(), secrets);
    }

    /** Who knows the clients whose ids are URLs. */
    public Clients with(Documents documents) {
        this.documents = documents;
        return this;
    }

    /** Succeeds when every client of the database is known here; listens for changes from then on. */
    public Future<Void> start(Notices notices) {
        return refresh().onSuccess(read -> {
            notices.listen(CHANNEL, this::told);
            timer = vertx.setPeriodic(POLL.toMillis(), fired -> poll());
        });
    }

    public void close() {
        closed = true;
        if (timer >= 0) vertx.cancelTimer(timer);
    }

    /** Tells somebody of every client that changed, whoever changed it, once this node knows; of an empty id where it is not known which ones. */
    public void tell(Consumer<String> somebody) {
        hearer = somebody;
    }

    /** Reads everything again. */
    public Future<Void> refresh() {
        everything = true;
        return refresh.ask();
    }

    /** To be told of a change that was made here, so that this node sees it at once. */
    public Future<Void> changed(ClientId id) {
        changed.add(id.value());
        return refresh.ask();
    }

    /** By its id, as it is known here now. */
    public Optional<Client> known(ClientId id) {
        Client ofFile = filed().clients().get(id);
        if (ofFile != null) return Optional.of(ofFile);
        return isDocument(id) ? documents.known(id) : Optional.ofNullable(registered.get(id));
    }

    /** By its id, asked of the database or of the document that the id names where it is not known here yet. */
    public Future<Optional<Client>> find(ClientId id) {
        if (isDocument(id)) return documents.find(id);
        Optional<Client> known = known(id);
        if (known.isPresent()) return Future.succeededFuture(known);
        return worthAsking(id) ? changed(id).map(read -> known(id)) : Future.succeededFuture(Optional.empty());
    }

    /**
     * Apps where a person can begin by being sent there (OpenID Connect Core §4), by their names. Whoever registered without an invitation is not put before people.
     */
    public List<Client> startable() {
        return Stream.concat(filed().clients().values().stream(), registered.values().stream())
                .filter(client -> client.defaults().initiateLogin().isPresent())
                .filter(client -> client.origin() != Client.Origin.OPEN)
                .sorted(Comparator.comparing(Client::displayName))
                .limit(MOST_STARTABLE)
                .toList();
    }

    /** The client behind {@code POST /login}. */
    public Client gatehouse() {
        return known(Client.GATEHOUSE).orElseThrow();
    }

    /** The origins of browser apps (Fetch standard §3.2): of those in the file by their type, of others that keep no secret. */
    @Override
    public boolean allows(String origin) {
        return filed().origins().contains(origin) || origins.contains(origin);
    }

    /** Makes the secrets that {@code config} leaves out and nobody has made yet; what comes back is to be shown, once. */
    public Future<List<Made>> makeSecrets(Config config, SecureRandom random) {
        Future<List<Made>> all = Future.succeededFuture(new ArrayList<>());
        for (App app : config.clients().values())
            if (app.proof().secret().isEmpty() && Presets.wantsSecret(app) && !secrets.containsKey(app.id()))
                all = all.compose(made -> make(app.id(), random).map(one -> {
                    one.ifPresent(made::add);
                    return made;
                }));
        return all.compose(made ->
                made.isEmpty() ? Future.succeededFuture(made) : refresh().map(made));
    }

    /** 256 bits, in characters that need no escape anywhere. */
    public static Secret newSecret(SecureRandom random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    private Future<Optional<Made>> make(ClientId client, SecureRandom random) {
        Secret secret = newSecret(random);
        return store.makeSecret(client, SecretHash.of(secret))
                .map(ours -> ours ? Optional.of(new Made(client, secret)) : Optional.empty());
    }

    // ── what is known, and how it stays current ──────────────────────────────────────────────────────────────────

    private static boolean isDocument(ClientId id) {
        return id.value().startsWith("https://");
    }

    /** Ids of a form that nobody has, and those asked for a moment ago, are not worth a question. */
    private boolean worthAsking(ClientId id) {
        boolean possible =
                id.value().length() <= LONGEST_ID && id.value().chars().allMatch(c -> c >= ' ' && c < 0x7f);
        return possible && changed.size() < MOST_CHANGES && strangers.take(id).isEmpty();
    }

    /** {@code id} is empty where anything may have changed. */
    private void told(String id) {
        if (closed) return;
        if (id.isEmpty() || changed.size() >= MOST_CHANGES) everything = true;
        else changed.add(id);
        refresh.ask().onSuccess(known -> hearer.accept(id));
    }

    /** For notices that were not heard. */
    private void poll() {
        store.mark().onSuccess(now -> {
            if (now.equals(mark) || closed) return;
            mark = now;
            refresh();
        });
    }

    private Future<Void> read() {
        var ids = new HashSet<>(changed);
        changed.removeAll(ids);
        boolean all = everything;
        everything = false;
        var clients = all ? store.all(MOST_KNOWN) : store.some(ids);
        var made = store.secrets(MOST_KNOWN);
        return Future.all(clients, made)
                .onSuccess(read -> {
                    if (all) registered = new ConcurrentHashMap<>(clients.result());
                    else take(ids, clients.result());
                    if (!secrets.equals(made.result())) secrets = made.result();
                    origins = with(
                            all ? Set.of() : origins, originsOf(clients.result().values()));
                })
                .onFailure(failure -> {
                    everything = true;
                    if (!closed) LOG.warn("the clients could not be read again: {}", failure.getMessage());
                })
                .mapEmpty();
    }

    private void take(Set<String> ids, Map<ClientId, Client> found) {
        var known = registered;
        for (String id : ids) {
            Client client = found.get(new ClientId(id));
            if (client == null) known.remove(new ClientId(id));
            else known.put(client.id(), client);
        }
        var any = known.keySet().iterator();
        while (known.size() > MOST_KNOWN && any.hasNext()) {
            any.next();
            any.remove();
        }
    }

    private Filed filed() {
        var now = filed;
        var file = config.get();
        var made = secrets;
        if (now.config() == file && now.secrets() == made) return now;
        var changed = filed(file, made);
        filed = changed;
        return changed;
    }

    private static Filed filed(Config config, Map<ClientId, SecretHash> secrets) {
        var clients = new HashMap<ClientId, Client>();
        for (App app : config.clients().values())
            clients.put(app.id(), Presets.client(app, Client.Origin.FILE, Optional.ofNullable(secrets.get(app.id()))));
        clients.put(Client.GATEHOUSE, Presets.builtIn(config));
        var redirects = config.clients().values().stream()
                .filter(app -> app.type() == AppType.SPA)
                .flatMap(app -> app.redirect().stream())
                .toList();
        return new Filed(config, secrets, clients, Cors.originsOf(redirects));
    }

    /** One that is gone may stay until everything is read again. */
    private static Set<String> with(Set<String> before, Set<String> more) {
        if (before.containsAll(more)) return before;
        var all = new HashSet<>(before);
        all.addAll(more);
        return all;
    }

    private static Set<String> originsOf(Iterable<Client> clients) {
        var redirects = new ArrayList<String>();
        for (Client client : clients) if (!client.confidential()) redirects.addAll(client.redirects());
        return Cors.originsOf(redirects);
    }
}
