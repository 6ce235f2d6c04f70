package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.gatehouse.config.Config.DatabaseSettings;
import dev.gatehouse.config.Config.Listen;
import dev.gatehouse.config.Config.MasterKey;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFileTest {
    static final Path VALID = Path.of("src/test/resources/config/valid");
    static final String MASTER_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    static final Map<String, String> ENVIRONMENT =
            Map.of("DB_PASSWORD", "sesame", "REPORTING_JOB_SECRET", "open-sesame", "MASTER_KEY", MASTER_KEY);

    @TempDir
    Path folder;

    @Test
    void an_empty_file_is_a_working_config() throws IOException {
        Config config = read("").config();
        assertThat(config.url()).isEmpty();
        assertThat(config.listen()).isEqualTo(new Listen(Optional.empty(), 8080));
        assertThat(config.admin()).isEqualTo(new Listen(Optional.of("127.0.0.1"), 9090));
        assertThat(config.database()).isEqualTo(new DatabaseSettings.Embedded());
        assertThat(config.cors()).isEqualTo(new Config.CorsSettings.Clients());
        assertThat(config.login()).isEqualTo(new Config.LoginSettings(true, 8, true, true));
        assertThat(config.accounts().lockout()).isEqualTo(new Lockout(10, Duration.ofMinutes(15)));
        assertThat(config.tokens().access()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.tokens().refresh()).isEqualTo(new Config.Refresh(Duration.ofDays(30), Duration.ofDays(90)));
        assertThat(config.tokens().session()).isEqualTo(new Config.Session(Duration.ofHours(12), Duration.ofHours(1)));
        assertThat(config.keys().algorithms()).containsExactly("ES256", "RS256");
        assertThat(config.keys().master()).isEqualTo(new MasterKey.InFile(folder.resolve("data/master.key")));
        assertThat(config.limits().headerSize()).isEqualTo(32 * 1024);
        assertThat(config.limits().bodySize()).isEqualTo(10L << 20);
    }

    private static void theApplicationOfSomebodyElse(App acme) {
        assertThat(acme.consent()).isEqualTo(App.Consent.ALWAYS);
        assertThat(acme.signOut().logout()).containsExactly("https://app.acme.example/bye");
        assertThat(acme.signOut().backchannelLogout()).contains(URI.create("https://app.acme.example/backchannel"));
        assertThat(acme.signing()).isEqualTo(new App.Signing("ES256", Optional.of("PS256"), Optional.of("EdDSA")));
        assertThat(acme.subject()).isEqualTo(new App.Subject(true, Optional.of("acme.example")));
        assertThat(acme.defaults().maxAge()).contains(Duration.ofHours(1));
        assertThat(acme.grants()).containsExactly("client_credentials", "token_exchange");
        assertThat(acme.exchange()).isEqualTo(new App.Exchange(List.of("https://api.example.com"), true));
    }

    @Test
    void several_targets_arrive_with_all_that_is_said_of_them() {
        Config config = ConfigFile.read(VALID.resolve("every-key.yaml"), ENVIRONMENT, Overrides.NONE)
                .config();
        assertThat(config.apis().get("stock").upstream())
                .isEqualTo(new Config.Upstream.Http(new UpstreamSettings(
                        List.of(URI.create("http://10.0.0.1:9002/base"), URI.create("http://10.0.0.2:9002/base")),
                        new Balance.OfHeader("X-Tenant"),
                        Optional.of(new HealthCheck("GET", "/healthz", Duration.ofSeconds(2))),
                        Optional.of(Duration.ofSeconds(4)),
                        Duration.ofSeconds(1),
                        Optional.of(Duration.ofSeconds(20)),
                        Optional.of(Duration.ofMinutes(1)),
                        2,
                        100,
                        50,
                        Optional.of(new BreakerSettings(40, 10, Duration.ofSeconds(5), Duration.ofSeconds(2))),
                        new UpstreamTlsSettings(
                                Optional.of(
                                        VALID.resolve("ca.pem").toAbsolutePath().normalize()),
                                Optional.of(VALID.resolve("gate.pem")
                                        .toAbsolutePath()
                                        .normalize()),
                                Optional.of(VALID.resolve("gate.key")
                                        .toAbsolutePath()
                                        .normalize()),
                                Optional.of("stock.internal")))));
    }

    @Test
    void a_url_alone_means_what_a_section_with_nothing_but_a_target_means() {
        Config config = ConfigFile.read(VALID.resolve("one-target.yaml"), ENVIRONMENT, Overrides.NONE)
                .config();
        assertThat(config.apis().get("long").upstream())
                .isEqualTo(config.apis().get("short").upstream());
    }

    @Test
    void every_key_arrives_in_its_record() {
        Config config = ConfigFile.read(VALID.resolve("every-key.yaml"), ENVIRONMENT, Overrides.NONE)
                .config();
        assertThat(config.url()).contains(URI.create("https://shop.example.com"));
        assertThat(config.admin()).isEqualTo(new Listen(Optional.of("::1"), 9091));
        assertThat(config.database())
                .isEqualTo(new DatabaseSettings.External(
                        new Secret("postgres://gate:sesame@db.internal:5433/gate?sslmode=verify-full")));
        assertThat(config.trustProxy()).hasSize(2);
        Config.Api orders = config.apis().get("orders");
        assertThat(orders.upstream()).isEqualTo(new Config.Upstream.Http(URI.create("http://127.0.0.1:9002/base")));
        assertThat(orders.identity()).isEqualTo(Config.Identity.RELAY);
        assertThat(orders.issuers()).containsExactly("self", "corporate");
        assertThat(orders.audience()).contains("https://api.example.com");
        assertThat(orders.routes()).extracting(Config.Route::method).containsExactly("GET", "GET", "PROPFIND", "POST");
        assertThat(orders.routes().get(3).timeout()).contains(Duration.ofSeconds(10));
        assertThat(orders.routes().get(3).at().fileAndLine()).isEqualTo(VALID.resolve("every-key.yaml") + ":25");
        assertThat(orders.exposure().hosts()).containsExactly("api.example.com", "*.api.example.org");
        assertThat(orders.exposure().strip()).isTrue();
        assertThat(orders.routes().get(0).terms().headers()).isEqualTo(Map.of("x-version", "2"));
        assertThat(orders.routes().get(3).terms().headers()).isEqualTo(Map.of("x-version", "2", "x-kind", "partial"));
        assertThat(config.issuers().get("corporate").keyFile())
                .hasValueSatisfying(file -> assertThat(file).isAbsolute().hasFileName("keys.json"));
        assertThat(config.issuers().get("corporate").typ()).contains("jwt");
        assertThat(config.clients().get(new ClientId("acme-partner")).proof().secret())
                .isEmpty();
        assertThat(config.clients().get(new ClientId("acme-partner")).demands().pkceOptional())
                .isTrue();
        assertThat(config.clients().get(new ClientId("reporting-job")).proof().secret())
                .contains(new Secret("open-sesame"));
        assertThat(config.clients().get(new ClientId("gatehouse")).scopes()).containsExactly("orders:read", "openid");
        theApplicationOfSomebodyElse(config.clients().get(new ClientId("acme-partner")));
        assertThat(config.clients().get(new ClientId("bank")).proof().jwks().orElseThrow())
                .containsKey("keys");
        assertThat(config.signingAlgorithms()).containsExactly("RS256", "ES256", "PS256", "EdDSA");
        assertThat(config.outbound().allow()).hasSize(1);
        assertThat(config.outbound().ca().orElseThrow()).isAbsolute().hasFileName("ca.pem");
        assertThat(config.registration())
                .isEqualTo(new RegistrationSettings(
                        RegistrationSettings.Mode.OPEN,
                        List.of("openid", "orders:read"),
                        Duration.ofDays(7),
                        500,
                        new RegistrationSettings.Documents.Hosts(Set.of("app.example.com"))));
        assertThat(config.branding().accent()).contains("#2456d6");
        assertThat(config.branding().logo().orElseThrow()).hasFileName("logo.svg");
        assertThat(config.languages()).containsExactly("de", "en");
        assertThat(config.login().breached().orElseThrow()).hasFileName("keys.json");
        assertThat(config.login())
                .isEqualTo(new Config.LoginSettings(
                        true,
                        15,
                        config.login().breached(),
                        4,
                        false,
                        false,
                        config.login().others()));
        assertThat(config.login().others().all())
                .extracting(LoginProvider::name, LoginProvider::label, LoginProvider::keepTokens)
                .containsExactly(
                        tuple("google", "Google", true),
                        tuple("facebook", "Facebook", false),
                        tuple("entra", "Company account", true));
        assertThat(config.login().others().all().get(2).roles())
                .isEqualTo(Map.of("sec-catalog", "catalog-editor", "3f2a/b", "support"));
        assertThat(config.accounts().registrationOpen()).isFalse();
        assertThat(config.tokens().session())
                .isEqualTo(new Config.Session(Duration.ofHours(8), Duration.ofMinutes(30)));
        assertThat(config.keys().every()).contains(Duration.ofDays(30));
        assertThat(config.keys().keep()).isEqualTo(Duration.ofDays(2));
        assertThat(config.keys().master()).isEqualTo(new MasterKey.Value(new Secret(MASTER_KEY)));
        assertThat(config.observe())
                .isEqualTo(
                        new ObserveSettings(Config.Log.JSON, false, Optional.of(URI.create("http://127.0.0.1:4318"))));
        assertThat(config.limits().bodySize()).isEqualTo(1L << 30);
    }

    @Test
    void short_forms_stretch_the_limit_they_do_not_name() {
        Config config = ConfigFile.read(VALID.resolve("short-forms.yaml"), Map.of(), Overrides.NONE)
                .config();
        assertThat(config.cors()).isEqualTo(new Config.CorsSettings.Off());
        assertThat(config.login().enabled()).isFalse();
        assertThat(config.tokens().refresh()).isEqualTo(new Config.Refresh(Duration.ofDays(120), Duration.ofDays(120)));
        assertThat(config.tokens().session())
                .isEqualTo(new Config.Session(Duration.ofMinutes(30), Duration.ofMinutes(30)));
        assertThat(config.keys().every()).isEmpty();
    }

    @Test
    void the_shipped_file_has_nothing_to_complain_of() {
        var file = ConfigFile.read(Path.of("config/gatehouse.yaml"), Map.of(), Overrides.NONE, ConfigFile.Mode.RUN);
        assertThat(file.warnings()).isEmpty();
        assertThat(file.config().url()).isEmpty();
        assertThat(file.config().apis()).containsOnlyKeys("demo", "orders", "catalog");
        assertThat(file.data()).isEqualTo(Path.of("config/data").toAbsolutePath());
    }

    @Test
    void a_flag_wins_over_the_environment_and_that_over_the_file() throws IOException {
        String text = "listen: 127.0.0.1:1000\nurl: https://file.example\ndatabase: embedded\n";
        var environment =
                new HashMap<>(Map.of("PORT", "2000", "PUBLIC_URL", "https://env.example", "MASTER_KEY", MASTER_KEY));
        environment.put("DATABASE_URL", "postgres://env/x");
        ConfigFile byFile = read(text);
        ConfigFile byEnvironment = read(text, environment, Overrides.NONE);
        ConfigFile byFlag = read(text, environment, flags());

        assertThat(byFile.config().listen()).isEqualTo(new Listen(Optional.of("127.0.0.1"), 1000));
        assertThat(origin(byFile, "url")).endsWith("gatehouse.yaml:2:6");

        assertThat(byEnvironment.config().listen()).isEqualTo(new Listen(Optional.of("127.0.0.1"), 2000));
        assertThat(byEnvironment.config().url()).contains(URI.create("https://env.example"));
        assertThat(byEnvironment.config().database()).isInstanceOf(DatabaseSettings.External.class);
        assertThat(origin(byEnvironment, "listen")).isEqualTo("PORT");
        assertThat(origin(byEnvironment, "keys.master")).isEqualTo("MASTER_KEY");

        assertThat(byFlag.config().listen()).isEqualTo(new Listen(Optional.empty(), 3000));
        assertThat(byFlag.config().url()).contains(URI.create("https://flag.example"));
        assertThat(byFlag.config().database()).isEqualTo(new DatabaseSettings.Embedded());
        assertThat(origin(byFlag, "listen")).isEqualTo("--listen");
        assertThat(byFlag.data()).isEqualTo(folder.resolve("elsewhere"));
    }

    @Test
    void a_wrong_flag_is_a_fault_of_the_flag() throws IOException {
        var overrides = new Overrides(
                Optional.of("8081"), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(faults("", Map.of(), overrides).pretty())
                .isEqualTo(
                        """
                error[GH115]: `8081` is not an address to listen on for `listen`
                  --> --listen
                      = help: write `":8081"`
                """);
        assertThat(faults("", Map.of("PORT", "http"), Overrides.NONE).pretty()).contains("--> PORT");
    }

    @Test
    void an_empty_placeholder_counts_as_left_out() throws IOException {
        Config config = read("url: ${PUBLIC:-}\nlisten: \"${NOTHING:-}\"\n").config();
        assertThat(config.url()).isEmpty();
        assertThat(config.listen().port()).isEqualTo(8080);
    }

    @Test
    void placeholders_come_from_the_environment_and_from_files() throws IOException {
        Files.writeString(folder.resolve("role.txt"), "customer\n");
        var file = read(
                "accounts: {default_roles: [\"${file:role.txt}\", \"x-${NAME}\"]}\n",
                Map.of("NAME", "y"),
                Overrides.NONE);
        assertThat(file.config().accounts().defaultRoles()).containsExactly("customer", "x-y");
    }

    @Test
    void what_comes_in_by_a_placeholder_cannot_add_keys() throws IOException {
        var file = read("scopes: {a: \"${TEXT}\"}\n", Map.of("TEXT", "x\"}\nadmin: :1"), Overrides.NONE);
        assertThat(file.config().scopes()).containsOnlyKeys("a");
        assertThat(file.config().admin().port()).isEqualTo(9090);
    }

    @Test
    void the_master_key_lives_in_the_data_folder_wherever_that_is() throws IOException {
        assertThat(read("", Map.of(), flags()).config().keys().master())
                .isEqualTo(new MasterKey.InFile(folder.resolve("elsewhere/master.key")));
        assertThat(read("keys: {master: \"file:x/master.key\"}").config().keys().master())
                .isEqualTo(new MasterKey.InFile(folder.resolve("x/master.key")));
    }

    @Test
    void clear_text_secrets_are_a_warning_unless_the_gate_runs_for_others() throws IOException {
        String text = "clients: {job: {type: service, secret: abc}}\n";
        assertThat(read(text).warnings()).extracting(Fault::code).containsExactly(FaultCode.GH301);
        assertThat(ConfigFile.read(write(text), Map.of(), Overrides.NONE, ConfigFile.Mode.RUN)
                        .warnings())
                .hasSize(1);
        Path remote = write("url: https://shop.example.com\n" + text);
        assertThat(ConfigFile.read(remote, Map.of(), Overrides.NONE, ConfigFile.Mode.DEV)
                        .warnings())
                .hasSize(1);
        var refused = catchThrowableOfType(
                ConfigFaults.class, () -> ConfigFile.read(remote, Map.of(), Overrides.NONE, ConfigFile.Mode.RUN));
        assertThat(refused.faults()).extracting(Fault::severity).containsExactly(Fault.Severity.ERROR);
    }

    @Test
    void what_needs_a_restart_is_named() throws IOException {
        ConfigFile now = read("listen: \":1\"\ntokens: {access: 5m}\n");
        ConfigFile next = read("listen: \":2\"\nadmin: \":3\"\ntokens: {access: 6m}\nkeys: {master: \"file:x\"}\n");
        assertThat(ConfigFile.changesNeedingRestart(now, now)).isEmpty();
        List<Fault> warnings = ConfigFile.changesNeedingRestart(now, next);
        assertThat(warnings).extracting(Fault::code).containsOnly(FaultCode.GH302);
        assertThat(warnings)
                .extracting(Fault::message)
                .containsExactly(
                        "`listen` has changed and needs a restart",
                        "`admin` has changed and needs a restart",
                        "`keys.master` has changed and needs a restart");
    }

    @Test
    void secrets_are_masked_among_the_values_in_force() {
        var file = ConfigFile.read(VALID.resolve("every-key.yaml"), ENVIRONMENT, Overrides.NONE);
        assertThat(file.effective().toString()).doesNotContain("sesame").doesNotContain(MASTER_KEY);
        assertThat(file.effective())
                .contains(new Effective(
                        "database",
                        "postgres://gate:…@db.internal:5433/gate?sslmode=verify-full",
                        VALID.resolve("every-key.yaml") + ":5:11 from DB_PASSWORD"));
    }

    @Test
    void faults_are_json_for_programs() throws IOException {
        var json = new JsonArray(
                faults("listn: \":8080\"\n", Map.of(), Overrides.NONE).json());
        assertThat(json.getJsonObject(0).fieldNames())
                .containsExactly("code", "file", "line", "col", "message", "help");
        assertThat(json.getJsonObject(0).getString("help")).isEqualTo("did you mean `listen`?");
        assertThat(json.getJsonObject(0).getInteger("line")).isEqualTo(1);
    }

    @Test
    void a_file_that_is_not_there_or_too_large_or_no_text_is_said_plainly() throws IOException {
        assertThat(faults(folder.resolve("nowhere.yaml"))).contains("error[GH100]: there is no file");
        assertThat(faults(folder)).contains("is not a file");
        Path file = folder.resolve("large.yaml");
        Files.write(file, new byte[ConfigFile.LARGEST + 1]);
        assertThat(faults(file)).contains("is larger than 1 MiB");
        Files.write(file, new byte[] {'a', (byte) 0xff});
        assertThat(faults(file)).contains("is not UTF-8 text");
    }

    @Test
    void a_byte_order_mark_and_windows_line_ends_are_taken() throws IOException {
        assertThat(read("\uFEFFlisten: \":1\"\r\nadmin: \":2\"\r\n")
                        .config()
                        .admin()
                        .port())
                .isEqualTo(2);
        assertThat(faults("listen: \":1\"\r\nadmn: \":2\"\r\n", Map.of(), Overrides.NONE)
                        .pretty())
                .contains("yaml:2:1");
    }

    @Test
    void a_file_of_a_thousand_lines_is_checked_within_a_second_of_cpu_time() throws IOException {
        var text = new StringBuilder("scopes: {a: A}\napis:\n");
        for (int api = 0; api < 50; api++) {
            text.append("  a%d:\n    path: /a%d\n    upstream: eventbus:a\n    routes:\n".formatted(api, api));
            for (int route = 0; route < 16; route++) {
                text.append("      GET /%d/{id}: scope a and (role x or mfa within 5m)\n".formatted(route));
            }
        }
        assertThat(text.toString().lines().count()).isGreaterThan(1000);
        Path file = write(text.toString());
        ConfigFile.read(file, Map.of(), Overrides.NONE);
        var thread = ManagementFactory.getThreadMXBean();
        long start = thread.getCurrentThreadCpuTime();
        ConfigFile.read(file, Map.of(), Overrides.NONE);
        assertThat(Duration.ofNanos(thread.getCurrentThreadCpuTime() - start)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void a_file_of_nothing_but_mistakes_is_bounded_in_what_is_said() throws IOException {
        var text = new StringBuilder();
        for (int i = 0; i < 50_000; i++) text.append("k").append(i).append(": x\n");
        long start = System.nanoTime();
        assertThat(faults(text.toString(), Map.of(), Overrides.NONE).faults()).hasSize(Faults.MOST);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    }

    private Overrides flags() {
        return new Overrides(
                Optional.of(":3000"),
                Optional.empty(),
                Optional.of("https://flag.example"),
                Optional.of(folder.resolve("elsewhere").toString()),
                Optional.of("embedded"));
    }

    private ConfigFile read(String text) throws IOException {
        return read(text, Map.of(), Overrides.NONE);
    }

    private ConfigFile read(String text, Map<String, String> environment, Overrides overrides) throws IOException {
        return ConfigFile.read(write(text), environment, overrides);
    }

    private ConfigFaults faults(String text, Map<String, String> environment, Overrides overrides) throws IOException {
        Path file = write(text);
        return catchThrowableOfType(ConfigFaults.class, () -> ConfigFile.read(file, environment, overrides));
    }

    private static String faults(Path file) {
        return catchThrowableOfType(ConfigFaults.class, () -> ConfigFile.read(file, Map.of(), Overrides.NONE))
                .pretty();
    }

    private Path write(String text) throws IOException {
        return Files.write(folder.resolve("gatehouse.yaml"), text.getBytes(StandardCharsets.UTF_8));
    }

    private static String origin(ConfigFile file, String path) {
        return file.effective().stream()
                .filter(value -> value.path().equals(path))
                .findFirst()
                .orElseThrow()
                .origin();
    }
}
