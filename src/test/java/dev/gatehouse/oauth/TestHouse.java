package dev.gatehouse.oauth;

import static dev.gatehouse.store.TestDatabase.await;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.clients.ClientAuthentication;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.clients.registration.MetadataDocuments;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Mails;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.PasswordHasher;
import dev.gatehouse.identity.Username;
import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.keys.KeyWrapping;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.keys.TestKeys;
import dev.gatehouse.limits.ForgeryGuard;
import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.outbound.NoWayOut;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Secrets;
import dev.gatehouse.signin.SignIn;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.RemoteJwks;
import dev.gatehouse.tokens.RevocationIndex;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.tokens.TokenProfile;
import dev.gatehouse.tokens.Tokens;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.web.Address;
import dev.gatehouse.web.Brand;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Endpoints;
import dev.gatehouse.web.Pages;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The whole house wing as one node on a real database; its clock moves when it is told to, the database's own is the wall's. */
public final class TestHouse {
    public static final String URL = "http://localhost:8080";
    private static final Secrets SECRETS = new Secrets(Arrays.stream(Secrets.Purpose.values())
            .collect(Collectors.toMap(purpose -> purpose, purpose -> purpose.name()
                    .concat("-".repeat(32))
                    .substring(0, 32)
                    .getBytes(StandardCharsets.US_ASCII))));
    private static final KeyRing RING = TestKeys.ring(JwsAlgorithm.ES256, JwsAlgorithm.RS256);
    private static final Signatures SIGNATURES = new Signatures(CryptoProvider.fastest());

    private static PasswordHasher hashing;

    public final Database database;
    public final PasswordHasher hasher;
    public final Accounts accounts;
    public final Mails mails;
    public final Revocations revocations;
    public final Tokens tokens;
    public final House house;
    public final OAuth oauth;
    public final Endpoints endpoints;
    public volatile Config config = TestConfig.standard();
    /** Who is asked when the house calls somebody; a test may put others here. */
    public volatile GuardedClient outbound = new NoWayOut();

    private final Pages pages = Pages.of(() -> Brand.of(config.branding()), () -> config);

    public volatile Duration ahead = Duration.ZERO;
    private volatile Optional<Instant> standing = Optional.empty();
    private final InstantSource clock = () -> standing.orElseGet(Instant::now).plus(ahead);

    /** One for all houses of a run: the memory of a hasher stays with it, and many houses live as long as their test classes. */
    private static synchronized PasswordHasher hasherOf(TestDatabase db) {
        if (hashing == null) hashing = new PasswordHasher(db.vertx(), new SecureRandom());
        return hashing;
    }

    /** From now on no time passes by itself, so that no limit gives anything back while a slow machine uses it up. */
    public void stopTheClock() {
        standing = Optional.of(Instant.now());
    }

    public TestHouse(TestDatabase db) {
        this(db, db.database());
    }

    public TestHouse(TestDatabase db, Database database) {
        var random = new SecureRandom();
        var trail = new AuditTrail(database);
        var index = new RevocationIndex(new Issuer(URL));
        this.database = database;
        this.hasher = hasherOf(db);
        this.revocations = new Revocations(db.vertx(), database, index, clock);
        await(revocations.refresh());
        this.tokens = new Tokens(new Issuer(URL), () -> RING, SIGNATURES, index, clock, 16 * 1024, 1);
        this.accounts = new Accounts(database, trail, hasher, revocations::learn, random);
        var asking = new GuardedClient() {
            @Override
            public Future<Fetched> get(URI url, String accept, int mostBytes) {
                return outbound.get(url, accept, mostBytes);
            }

            @Override
            public Future<Fetched> getWithoutRedirects(URI url, String accept, int mostBytes) {
                return outbound.getWithoutRedirects(url, accept, mostBytes);
            }

            @Override
            public Future<Fetched> postForm(URI url, Map<String, String> form) {
                return outbound.postForm(url, form);
            }

            @Override
            public Vertx asVertx() {
                return outbound.asVertx();
            }

            @Override
            public Future<Void> permit(URI url) {
                return outbound.permit(url);
            }
        };
        var remoteJwks = new RemoteJwks(asking, clock);
        var clients = new Clients(db.vertx(), database, () -> config, clock)
                .with(new MetadataDocuments(asking, () -> config, clock));
        this.mails = new Mails(database, new KeyWrapping(new byte[32], random));
        this.house = new House(
                db.vertx(),
                database,
                () -> config,
                URL,
                SECRETS,
                accounts,
                hasher,
                mails,
                clients,
                new ClientAuthentication(clients, remoteJwks, new OneTime(database), SIGNATURES, URL, clock),
                new KeyWrapping(new byte[32], random),
                tokens,
                revocations,
                () -> RING,
                asking,
                remoteJwks,
                new ForgeryGuard(clock),
                trail,
                pages,
                clock,
                random);
        this.oauth = new OAuth(house);
        var addresses = new ArrayList<Address>(new SignIn(house, oauth.onward()).addresses());
        addresses.addAll(oauth.addresses());
        this.endpoints = new Endpoints(URL, Duration.ofSeconds(1), addresses, pages);
    }

    public void has(String username, String password, String... roles) {
        await(accounts.add(
                new Username(username),
                Password.typed(password),
                Optional.empty(),
                List.of(roles),
                Accounts.By.SYSTEM));
    }

    public Reply post(String path, JsonObject body) {
        return post(path, body, "127.0.0.1");
    }

    public Reply post(String path, JsonObject body, String from) {
        return await(endpoints.answer(
                call("POST", path, Map.of("Content-Type", "application/json"), body.toBuffer(), from)));
    }

    public Reply login(String username, String password) {
        return login(username, password, "127.0.0.1");
    }

    public Reply login(String username, String password, String from) {
        return post("/login", new JsonObject().put("username", username).put("password", password), from);
    }

    public Reply form(String path, Map<String, String> fields) {
        return await(endpoints.answer(formCall(path, fields, "127.0.0.1")));
    }

    public static Call formCall(String path, Map<String, String> fields, String from) {
        String body = String.join(
                "&",
                fields.entrySet().stream()
                        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                        .toList());
        return call(
                "POST", path, Map.of("Content-Type", "application/x-www-form-urlencoded"), Buffer.buffer(body), from);
    }

    public Reply refresh(String token) {
        return form("/oauth/token", Map.of("grant_type", "refresh_token", "refresh_token", token));
    }

    public Reply logout(String accessToken) {
        return await(endpoints.answer(call(
                "POST", "/logout", Map.of("Authorization", "Bearer " + accessToken), Buffer.buffer(), "127.0.0.1")));
    }

    public Reply get(String path) {
        return await(endpoints.answer(call("GET", path, Map.of(), Buffer.buffer(), "127.0.0.1")));
    }

    public Verdict verify(String accessToken) {
        return tokens.auth(new TokenProfile(Set.of(new Issuer(URL)), URL)).verify(accessToken);
    }

    public boolean accepts(String accessToken) {
        return verify(accessToken) instanceof Verdict.Accepted;
    }

    /** Runs a statement of the test's own, to look at rows or to let time pass for them. */
    public List<Row> sql(String sql, Object... values) {
        var rows = new ArrayList<Row>();
        await(database.query(sql, Tuple.from(values))).forEach(rows::add);
        return rows;
    }

    public static JsonObject json(Reply reply) {
        return reply.body().toJsonObject();
    }

    public static Call call(String method, String path, Map<String, String> headers, Buffer body, String from) {
        try {
            return new Call(
                    method,
                    path,
                    "",
                    MultiMap.caseInsensitiveMultiMap().addAll(headers),
                    body,
                    InetAddress.getByName(from),
                    "test-request");
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
