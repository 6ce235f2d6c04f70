package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Cidr;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Position;
import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.Rule;
import dev.gatehouse.vocabulary.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everything the file says, checked and frozen; {@link ConfigFile} makes it. Maps keep the order of the file. */
@Later({"cluster"})
public record Config(
        @Setting(
                        form = Form.URL,
                        value =
                                "The address that browsers see: issuer, cookies and callbacks follow from it. https, or http for this machine only. `PUBLIC_URL` and `--url` win over it.",
                        leftOut = "`http://localhost:` and the port",
                        example = "https://shop.example.com")
                Optional<URI> url,
        @Setting(
                        form = Form.LISTEN,
                        value =
                                "Where the gate listens. `PORT` replaces the port, `--listen` all of it; `dev` listens on 127.0.0.1 only.",
                        byDefault = ":8080",
                        example = "127.0.0.1:8080")
                Listen listen,
        @Group DoorSettings door,
        @Setting(
                        form = Form.LISTEN,
                        value =
                                "Where `/health/{live,ready,started}` and what operators need is served; never to the world.",
                        byDefault = "127.0.0.1:9090")
                Listen admin,
        @Setting(
                        form = Form.DATABASE,
                        value =
                                "`embedded` is an own PostgreSQL in the data folder. `DATABASE_URL` and `--database` win over it; an external database needs a master key of its own.",
                        byDefault = "embedded",
                        example = "postgres://gatehouse:${DB_PASSWORD}@db.internal/gatehouse?sslmode=verify-full")
                DatabaseSettings database,
        @Setting(
                        form = Form.DURATION,
                        value =
                                "How long requests with valid tokens go on while the database is away. `public` routes go on for ever.",
                        byDefault = "10m",
                        from = "1s",
                        to = "7d")
                Duration databaseGrace,
        @Setting(
                        form = Form.NETWORKS,
                        value = "The proxies in front of the gate, whose `Forwarded` and `X-Forwarded-*` are believed.",
                        byDefault = "[]",
                        example = "[10.0.0.0/8]")
                List<Cidr> trustProxy,
        @Setting(form = Form.SECTION, value = "What the gate may call by itself, when others name the address.")
                OutboundSettings outbound,
        @Setting(form = Form.NAMED, value = "What is behind the gate: one section per API.") Map<String, Api> apis,
        @Setting(form = Form.NAMED, value = "Others whose tokens an API may accept; `self` is the gate itself.")
                Map<String, ForeignIssuer> issuers,
        @Setting(
                        form = Form.RULES,
                        value = "Names for rules that are used more than once, as in `policy support-desk`.",
                        example = "support-desk: role support and mfa within 30m")
                Map<String, Policy> policies,
        @Setting(
                        form = Form.ORIGINS,
                        value =
                                "Which web pages may call from a browser: `clients` allows the origins of registered browser apps, a list names origins, `off` allows none.",
                        byDefault = "clients",
                        example = "[https://shop.example.com]")
                CorsSettings cors,
        @Setting(
                        form = Form.SENTENCES,
                        value =
                                "The scopes that tokens may carry, each with the sentence that people read when they are asked. `openid`, `profile`, `email`, `address`, `phone` and `offline_access` are there without being listed.",
                        example = "orders:read: See your orders")
                Map<String, String> scopes,
        @Setting(
                        form = Form.NAMED,
                        value =
                                "Apps that may ask for tokens. `gatehouse` is built in; it is the one behind `POST /login`, and only `name` and `scopes` of it can be set.")
                Map<ClientId, App> clients,
        @Setting(form = Form.SECTION, value = "Apps that register themselves.") RegistrationSettings registration,
        @Setting(form = Form.SECTION, value = "How people sign in.") LoginSettings login,
        @Setting(form = Form.SECTION, value = "Who gets an account, and what protects it.") AccountSettings accounts,
        @Setting(form = Form.SECTION, value = "How long things live.") TokenSettings tokens,
        @Setting(form = Form.SECTION, value = "What tokens are signed with.") KeySettings keys,
        @Setting(form = Form.SECTION, value = "How the pages for people look.") Branding branding,
        @Setting(
                        form = Form.CHOICES,
                        choices = {"en", "de", "fr", "es"},
                        value = "The languages of the pages; the first is for those who ask for none of them.",
                        byDefault = "[en, de, fr, es]",
                        example = "[de, en]")
                List<String> languages,
        @Setting(form = Form.SECTION, value = "Mails to people.") MailSettings email,
        @Setting(form = Form.SECTION, value = "What can be seen from outside.") ObserveSettings observe,
        @Setting(form = Form.SECTION, value = "Verticles of the same JVM that ask the house.") BusSettings bus,
        @Setting(form = Form.SECTION, value = "Bounds of what a stranger may send.") LimitSettings limits) {

    /**
     * Every algorithm that something of ours may be signed with, the default first: those of the file, RS256 because stock clients expect it of ID tokens (OpenID
     * Connect Discovery §3), and those that clients of the file name.
     */
    public List<String> signingAlgorithms() {
        var all = new LinkedHashSet<String>(keys.algorithms());
        all.add("RS256");
        for (App app : clients.values()) {
            all.add(app.signing().idToken());
            app.signing().accessToken().ifPresent(all::add);
            app.signing().userinfo().ifPresent(all::add);
        }
        return List.copyOf(all);
    }

    /** A host (absent: every address) and a port; 0 takes any free one. */
    public record Listen(Optional<String> host, int port) {}

    /** Where the state lives. */
    public sealed interface DatabaseSettings {
        /** An own PostgreSQL under the data folder. */
        record Embedded() implements DatabaseSettings {}

        /** {@code postgres://user:password@host:port/name?sslmode=verify-full}; secret because it may hold a password. */
        record External(Secret url) implements DatabaseSettings {}
    }

    /** An API behind the gate. {@code audience} absent means the {@code url} of the house. */
    @Later({"audit"})
    public record Api(
            @NotAKey("the name under `apis`") String name,
            @Setting(
                            form = Form.PATH,
                            required = true,
                            value =
                                    "Where the API is found. Its routes are below it. `/` is allowed; the gate's own paths stay its own.",
                            example = "/api/orders")
                    String path,
            @Group Exposure exposure,
            @Setting(
                            form = Form.UPSTREAM,
                            required = true,
                            section = UpstreamForm.class,
                            value =
                                    "Where requests go: a URL, whose path is put before the request's, an address of the Vert.x event bus, or a section: several targets, or an answer of the gate's own. `http` and `unix:/path` speak HTTP/1.1, `https` that or HTTP/2, `h2c` and `grpc` HTTP/2 in clear, `grpcs` HTTP/2 by TLS.",
                            example = "http://127.0.0.1:9002")
                    Upstream upstream,
            @Setting(
                            form = Form.CHOICE,
                            choices = {"headers", "jwt", "relay"},
                            byDefault = "headers",
                            value =
                                    "How the upstream hears who is calling: `headers` sends `X-Gatehouse-Subject`, `-User`, `-Client`, `-Scopes` and `-Roles`; `jwt` sends `X-Gatehouse-Identity`, a JWT of ours that lives for a minute and is meant for the API's name; `relay` passes the caller's own token on.")
                    Identity identity,
            @Setting(
                            form = Form.DURATION,
                            value = "How long the upstream may take until its answer begins.",
                            byDefault = "30s",
                            from = "10ms",
                            to = "1h",
                            example = "3s")
                    Duration timeout,
            @Setting(
                            form = Form.NAMES,
                            value = "Whose tokens are accepted: `self`, and names under `issuers`.",
                            byDefault = "[self]",
                            example = "[self, corporate]")
                    List<String> issuers,
            @Setting(
                            form = Form.TEXT,
                            value = "For whom a token must be meant (`aud`).",
                            leftOut = "the `url` of the gate; with `mcp`, the address of the API",
                            example = "https://api.example.com")
                    Optional<String> audience,
            @Setting(
                            form = Form.ROUTES,
                            value =
                                    "`METHOD /pattern: who may`. The most specific pattern wins, whatever the order; a path that no route lists is not exposed.",
                            example = "GET /{id}: scope orders:read")
                    List<Route> routes,
            @Group ApiCallers callers,
            @NotAKey("where its name stands") Position at) {

        /** Where callers find it, if the house is at {@code url}: under a host of its own where it has one. */
        public String addressAt(String url) {
            URI house = URI.create(url);
            String port = house.getPort() < 0 ? "" : ":" + house.getPort();
            String origin = exposure.hosts().stream()
                    .filter(host -> !host.startsWith("*"))
                    .findFirst()
                    .map(host -> house.getScheme() + "://" + host + port)
                    .orElse(url);
            return path.equals("/") ? origin : origin + path;
        }

        /** For whom its tokens are meant, where that is not the house: as the file says, and else, for MCP, its address (RFC 8707 §2). */
        public Optional<String> ownAudienceAt(String url) {
            return callers.mcp() && audience.isEmpty() ? Optional.of(addressAt(url)) : audience;
        }
    }

    public sealed interface Upstream permits Upstream.Http, Upstream.Bus, OwnAnswer {
        /** Servers, each with scheme, host and port; a path, the same for all, is put before the request's path. */
        record Http(UpstreamSettings settings) implements Upstream {
            public Http(URI target) {
                this(UpstreamSettings.of(target));
            }

            public List<URI> targets() {
                return settings.targets();
            }
        }

        /** An address of the Vert.x event bus. */
        record Bus(String address) implements Upstream {}
    }

    /** How an upstream is told who is calling. */
    public enum Identity {
        HEADERS,
        JWT,
        RELAY
    }

    /** One line of {@code routes}. {@code method} is an RFC 9110 method or {@code ANY}; the pattern is relative to the API's path. */
    @Later({"audit"})
    public record Route(
            @NotAKey("the first word of its key") String method,
            @NotAKey("the second word of its key") RoutePattern pattern,
            @Setting(
                            form = Form.RULE,
                            required = true,
                            value =
                                    "Who may: `public`, `login`, `service`, `deny`, `scope X`, `role X`, `group X`, `client X`, `mfa [within 15m]`, `ip CIDR`, `claim NAME = VALUE`, `policy NAME`, joined by `and`, `or`, `not` and brackets. A route with nothing else to say is written as the rule alone.",
                            example = "role support and mfa within 5m")
                    Rule allow,
            @Setting(
                            form = Form.DURATION,
                            value = "How long the upstream may take for this route.",
                            leftOut = "the `timeout` of the API",
                            from = "10ms",
                            to = "1h",
                            example = "10s")
                    Optional<Duration> timeout,
            @Group RouteTerms terms,
            @Group RouteCallers callers,
            @NotAKey("where its key stands") Position at) {}

    /** A named rule. */
    public record Policy(String name, Rule rule, Position at) {}

    public sealed interface CorsSettings {
        /** The origins of registered browser apps. */
        record Clients() implements CorsSettings {}

        record Origins(Set<String> origins) implements CorsSettings {}

        record Off() implements CorsSettings {}
    }

    /** {@code enabled} false: nobody signs in with a password. Length counts code points after NFC. */
    @Later({"saml"})
    public record LoginSettings(
            @Setting(
                            form = Form.SWITCH,
                            key = "password",
                            value = "Whether people sign in with a password.",
                            byDefault = "on")
                    boolean enabled,
            @Setting(
                            form = Form.COUNT,
                            key = "password.min_length",
                            value =
                                    "The shortest password. Common passwords and the user's name are refused at any length.",
                            byDefault = "8",
                            from = "8",
                            to = "128")
                    int minLength,
            @Setting(
                            form = Form.PATH_OF_FILE,
                            key = "password.breached",
                            leftOut = "the common ones alone are refused",
                            value =
                                    "Passwords that nobody may set: a file of SHA-1 hashes in their order, as Have I Been Pwned gives it away. Nobody outside is asked.")
                    Optional<Path> breached,
            @Setting(
                            form = Form.COUNT,
                            key = "password.threads",
                            value =
                                    "How many passwords are hashed at a time, each in 19 MiB of memory. They stand back behind requests where the system lets them; 64 people more may wait, and everybody else is told to come back.",
                            byDefault = "2",
                            from = "1",
                            to = "16")
                    int threads,
            @Setting(
                            form = Form.CHOICE,
                            choices = {"on", "off"},
                            value =
                                    "Whether people may have passkeys, to sign in with in place of a password or after one. They are bound to the host of `url`, which has to be a name.",
                            byDefault = "on")
                    boolean passkey,
            @Setting(
                            form = Form.CHOICE,
                            choices = {"on", "off"},
                            value =
                                    "Whether people may have an authenticator app as a second factor, with recovery codes beside it.",
                            byDefault = "on")
                    boolean totp,
            @Group OtherLogins others) {
        /** Without a list of breached passwords, and where nobody else says who people are. */
        public LoginSettings(boolean enabled, int minLength, boolean passkey, boolean totp) {
            this(enabled, minLength, Optional.empty(), 2, passkey, totp, OtherLogins.NONE);
        }
    }

    public record AccountSettings(
            @Setting(
                            form = Form.CHOICE,
                            choices = {"open", "invite", "closed"},
                            value =
                                    "`open` lets anybody make an account at `/register`, `invite` those who have a link of `gatehouse user invite`; `closed` leaves it to `gatehouse user add`.",
                            byDefault = "open")
                    Admission registration,
            @Setting(
                            form = Form.COUNT,
                            value =
                                    "How many accounts people may make for themselves from one network (an IPv4 address, or a /64 of IPv6) in an hour, on each node; tries at names that are taken count, too.",
                            byDefault = "1000",
                            from = "1",
                            to = "1000000")
                    int registrationsPerNetwork,
            @Setting(
                            form = Form.CHOICE,
                            choices = {"on", "off"},
                            value =
                                    "Whether a mail address must be verified before the first token: whoever registers names one and gets a link there.",
                            byDefault = "off")
                    boolean verifyEmail,
            @Setting(
                            form = Form.NAMES,
                            value =
                                    "Where the addresses are of those who make an account for themselves: these very domains, and none below them. `verify_email` has to be on. Left empty, anywhere.",
                            byDefault = "[]",
                            example = "[example.com]")
                    List<String> allowedDomains,
            @Setting(form = Form.NAMES, value = "The roles of a new account.", byDefault = "[]", example = "[customer]")
                    List<String> defaultRoles,
            @Setting(
                            form = Form.SECTION,
                            value =
                                    "Terms that people accept before they are given anything; a new version is accepted at the next sign-in.")
                    Optional<Terms> terms,
            @Setting(
                            form = Form.LOCKOUT,
                            value =
                                    "How many wrong passwords slow an account down. 1 to 1000 failures within 1s to 1d; each time that so many come in a row doubles the wait, up to a day.",
                            byDefault = "10 failures in 15m per account")
                    Lockout lockout,
            @Setting(
                            form = Form.DURATION,
                            value =
                                    "How long an account waits that its owner asked to delete: until then they can sign in and keep it.",
                            byDefault = "7d",
                            from = "1m",
                            to = "90d")
                    Duration deleteAfter) {
        /** Any address will do, without verification, there are no terms, and accounts that their owners delete wait a week. */
        public AccountSettings(Admission registration, List<String> defaultRoles, Lockout lockout) {
            this(registration, false, defaultRoles, lockout);
        }

        public AccountSettings(
                Admission registration, boolean verifyEmail, List<String> defaultRoles, Lockout lockout) {
            this(
                    registration,
                    1_000,
                    verifyEmail,
                    List.of(),
                    defaultRoles,
                    Optional.empty(),
                    lockout,
                    Duration.ofDays(7));
        }

        /** Anybody makes an account for themselves. */
        public boolean registrationOpen() {
            return registration == Admission.OPEN;
        }
    }

    public record TokenSettings(
            @Setting(
                            form = Form.DURATION,
                            value = "How long an access token is good for.",
                            byDefault = "10m",
                            from = "10s",
                            to = "1d")
                    Duration access,
            @Setting(
                            form = Form.LIFETIME,
                            value =
                                    "How long a refresh token is good for when it is not used; it is rotated at every use.",
                            example = "30d")
                    Refresh refresh,
            @Setting(
                            form = Form.LIFETIME,
                            value =
                                    "How long a browser session lasts at most. A session that expires leaves refresh tokens alive.",
                            example = "12h")
                    Session session,
            @Setting(
                            form = Form.CLAIMS,
                            value =
                                    "Claims of access tokens that speak for people, each with what is known of them: `user.` and an attribute of `gatehouse user attribute`, `username`, `email` (once it is verified), `roles`, `groups`, or a standard claim. People write their standard claims themselves, so no rule should rest on one.",
                            leftOut = "nothing besides",
                            example = "tenant: user.tenant")
                    Map<String, String> claims) {
        public TokenSettings(Duration access, Refresh refresh, Session session) {
            this(access, refresh, session, Map.of());
        }
    }

    public record Refresh(
            @Setting(form = Form.DURATION, value = "Without use.", byDefault = "30d", from = "1m", to = "366d")
                    Duration idle,
            @Setting(form = Form.DURATION, value = "In all.", byDefault = "90d", from = "1m", to = "3650d")
                    Duration absolute) {}

    public record Session(
            @Setting(form = Form.DURATION, value = "In all.", byDefault = "12h", from = "1m", to = "366d")
                    Duration absolute,
            @Setting(form = Form.DURATION, value = "Without use.", byDefault = "1h", from = "1m", to = "366d")
                    Duration idle) {}

    /** {@code every} absent: only on demand. {@code keep} is how long a retired key stays published at least. */
    public record KeySettings(
            @Setting(
                            form = Form.ALGORITHMS,
                            value =
                                    "What tokens are signed with; the first is the default. RS256 is always there for ID tokens.",
                            byDefault = "[ES256, RS256]")
                    List<String> algorithms,
            @Setting(
                            form = Form.ROTATION,
                            key = "rotate",
                            value =
                                    "How often a new key takes over, and how long the old one stays published: `every 90d keep 7d`; `off` leaves it to `gatehouse key rotate`.",
                            byDefault = "every 90d keep 7d",
                            example = "every 90d keep 7d")
                    Optional<Duration> every,
            @NotAKey("the second half of `rotate`") Duration keep,
            @Setting(
                            form = Form.MASTER_KEY,
                            value = "What keys and secrets are encrypted with at rest.",
                            leftOut = "`MASTER_KEY` from the environment, else `master.key` in the data folder",
                            example = "file:/run/secrets/master.key")
                    MasterKey master) {}

    public sealed interface MasterKey {
        /** Base64 of 32 bytes. */
        record Value(Secret base64) implements MasterKey {}

        /** A 0600 file; made at the first start when it is missing and the database is embedded. */
        record InFile(Path path) implements MasterKey {}
    }

    public enum Log {
        /** Pretty on a terminal, JSON otherwise. */
        AUTO,
        JSON,
        PRETTY
    }
}
