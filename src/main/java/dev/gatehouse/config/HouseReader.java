package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH115;
import static dev.gatehouse.config.FaultCode.GH136;

import dev.gatehouse.config.Config.CorsSettings;
import dev.gatehouse.config.Config.DatabaseSettings;
import dev.gatehouse.config.Config.Listen;
import dev.gatehouse.config.Config.Log;
import dev.gatehouse.config.Config.Policy;
import dev.gatehouse.config.Node.Member;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Rule;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The whole file, section by section, then what holds between sections. */
final class HouseReader {
    private static final Set<String> BUILT_IN_NAMES = Set.of("self");

    private final Reading reading;
    private final Section top;
    private final Outside outside;
    private final boolean demo;

    /** The {@code demo} house keeps mails where nothing is said about them. */
    HouseReader(Section top, Outside outside, boolean demo) {
        this.demo = demo;
        this.reading = top.reading();
        this.top = top;
        this.outside = outside;
    }

    Config read() {
        Optional<URI> url = outside.url()
                .map(text -> top.read("url", text, Urls::own))
                .orElseGet(() -> top.optional("url", Urls::own));
        Listen listen =
                outside.port(top.value("listen", outside.listen(), text -> Written.listen(text, "listen")), reading);
        Listen admin = top.value("admin", outside.admin(), text -> Written.listen(text, "admin"));
        apart(listen, admin);
        DatabaseSettings database = database();
        var grace = top.duration("database_grace");
        var proxies = top.list("trust_proxy", Written::network);
        Map<String, String> scopes = scopes();
        var knownScopes = new KnownScopes(scopes.keySet(), reading.faults());
        OutboundSettings outbound = RegistrationReader.outbound(top.section("outbound"));
        Map<String, ForeignIssuer> issuers = issuers(outbound);
        Map<String, Policy> policies = new LinkedHashMap<>();
        Map<String, WrittenRule> policyRules = policies(policies);
        var apis = apis(issuerNames(), issuers);
        new RuleChecks(reading.faults(), knownScopes, policyRules).check(apis);
        new RouteChecks(reading.faults()).check(apis);
        var accounts = SignInReader.accounts(top.section("accounts"));
        MailSettings email = email();
        if (accounts.verifyEmail() && email.smtp().isEmpty())
            reading.unsentVerification(top.section("accounts").placeOf("verify_email"));
        Map<ClientId, App> clients = clients(knownScopes);
        return new Config(
                url,
                listen,
                DoorReader.read(top),
                admin,
                database,
                grace,
                proxies,
                outbound,
                byName(apis),
                frozen(issuers),
                frozen(policies),
                cors(),
                frozen(scopes),
                clients,
                RegistrationReader.registration(top.section("registration"), knownScopes),
                SignInReader.login(top.section("login"), !outbound.allow().isEmpty()),
                accounts,
                TokenReader.tokens(top.section("tokens")),
                keys(database),
                PagesReader.branding(top.section("branding")),
                PagesReader.languages(top),
                email,
                observe(top.section("observe")),
                BusSettings.read(top.section("bus"), clients),
                limits(top.section("limits")));
    }

    private MailSettings email() {
        MailSettings written = MailReader.read(top.section("email"));
        if (!demo || written.smtp().isPresent()) return written;
        reading.inForce("email.smtp", "mailbox", "default");
        return written.orKept();
    }

    private void apart(Listen listen, Listen admin) {
        boolean sameHost = listen.host().isEmpty()
                || admin.host().isEmpty()
                || listen.host().equals(admin.host());
        if (listen.port() == 0 || listen.port() != admin.port() || !sameHost) return;
        reading.faults()
                .error(
                        GH115,
                        top.placeOf("admin"),
                        "`listen` and `admin` are both on port " + admin.port(),
                        "give one of them another port");
    }

    private DatabaseSettings database() {
        Optional<Text> text = outside.database().or(() -> top.given("database"));
        text.ifPresent(this::clearPassword);
        return top.value("database", outside.database(), Urls::database);
    }

    private void clearPassword(Text text) {
        int scheme = text.text().indexOf("://");
        int at = text.text().lastIndexOf('@');
        int colon = text.text().indexOf(':', scheme + 3);
        if (scheme < 0 || colon < 0 || colon > at || !text.standsInFile(colon + 1, at)) return;
        reading.clearSecret(new Reading.ClearSecret(
                text.place(),
                "the password of the database is written in clear text",
                "use `${DB_PASSWORD}` in its place, or `${DATABASE_URL}` for all of it"));
    }

    private Map<String, String> scopes() {
        var scopes = new LinkedHashMap<String, String>();
        for (Member member : top.members("scopes")) {
            Optional<String> name = top.attempt(reading.raw(member.key()), Written::scope);
            Optional<Text> sentence =
                    top.text(member.value(), "the sentence of `" + member.key().text() + "`");
            sentence.ifPresent(text -> reading.inForce("scopes." + member.key().text(), text.text(), text.origin()));
            scopes.put(
                    name.orElse(member.key().text()), sentence.map(Text::text).orElse(""));
        }
        return scopes;
    }

    /** Those that stand there, even when their sections are faulted: what names them is right. */
    private Set<String> issuerNames() {
        return top.members("issuers").stream()
                .map(member -> member.key().text())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Map<String, ForeignIssuer> issuers(OutboundSettings outbound) {
        var reader = new IssuerReader(reading, !outbound.allow().isEmpty());
        var issuers = new LinkedHashMap<String, ForeignIssuer>();
        for (Section.Named named : top.named("issuers")) {
            reader.read(named)
                    .filter(issuer -> !BUILT_IN_NAMES.contains(named.name().text()))
                    .ifPresent(issuer -> issuers.put(named.name().text(), issuer));
        }
        return issuers;
    }

    /** Fills in the policies that can be read, and answers every name that stands there. */
    private Map<String, WrittenRule> policies(Map<String, Policy> policies) {
        var written = new LinkedHashMap<String, WrittenRule>();
        for (Member member : top.members("policies")) {
            Text key = reading.raw(member.key());
            String name = key.text();
            top.attempt(key, text -> Written.name(text, "a policy"));
            Optional<Text> text = top.text(member.value(), "policy `" + name + "`");
            var rule = text.flatMap(found -> top.attempt(found, WrittenRule::parse));
            rule.ifPresent(found -> {
                policies.put(name, new Policy(name, found, key.position()));
                reading.inForce(
                        "policies." + name,
                        text.orElseThrow().text(),
                        text.orElseThrow().origin());
            });
            written.put(name, new WrittenRule(rule.orElseGet(() -> new Rule.Deny(0)), text.orElse(key)));
        }
        return written;
    }

    private List<ApiReader.Read> apis(Set<String> named, Map<String, ForeignIssuer> issuers) {
        var reader = new ApiReader(named, issuers);
        return top.named("apis").stream().map(reader::read).toList();
    }

    private static Map<String, Config.Api> byName(List<ApiReader.Read> apis) {
        var named = new LinkedHashMap<String, Config.Api>();
        apis.forEach(read -> named.put(read.api().name(), read.api()));
        return frozen(named);
    }

    private CorsSettings cors() {
        if (top.node("cors").filter(Node.Sequence.class::isInstance).isPresent()) {
            return new CorsSettings.Origins(new LinkedHashSet<>(top.list("cors", Urls::pageOrigin)));
        }
        String word = top.value("cors", text -> Written.choice(text, List.of("clients", "off"), "cors"));
        return word.equals("off") ? new CorsSettings.Off() : new CorsSettings.Clients();
    }

    private Map<ClientId, App> clients(KnownScopes scopes) {
        var reader = new ClientReader(scopes);
        var clients = new LinkedHashMap<ClientId, App>();
        for (Section.Named named : top.named("clients"))
            reader.read(named).ifPresent(app -> clients.put(app.id(), app));
        return frozen(clients);
    }

    private Config.KeySettings keys(DatabaseSettings database) {
        Section section = top.section("keys");
        boolean left = !section.has("master") && outside.masterKey().isEmpty();
        if (left && database instanceof DatabaseSettings.External) {
            Place place = outside.database().map(Text::place).orElseGet(() -> top.placeOf("database"));
            reading.faults()
                    .error(
                            GH136,
                            place,
                            "an external database needs a master key of its own",
                            "set `MASTER_KEY` to what `openssl rand -base64 32` prints, and keep it; or name a file under `keys.master`");
        }
        return TokenReader.keys(section, outside.masterKey());
    }

    private static ObserveSettings observe(Section section) {
        return new ObserveSettings(
                Log.valueOf(section.choice("log").toUpperCase(Locale.ROOT)),
                section.choice("metrics").equals("on"),
                section.value("traces", Urls::collector));
    }

    private static LimitSettings limits(Section section) {
        return new LimitSettings(
                (int) section.size("header_size"),
                (int) section.size("token_size"),
                (int) section.size("uri_size"),
                section.size("body_size"),
                section.duration("header_timeout"),
                section.duration("body_timeout"),
                section.duration("idle_timeout"),
                section.duration("websocket_timeout"),
                new CrowdLimits(
                        section.count("connections"), section.count("connections_per_ip"), section.count("waiting")));
    }

    private static <K, V> Map<K, V> frozen(Map<K, V> map) {
        return Collections.unmodifiableMap(map);
    }
}
