package dev.gatehouse.oauth;

import dev.gatehouse.config.Admission;
import dev.gatehouse.config.ApiCallers;
import dev.gatehouse.config.App;
import dev.gatehouse.config.AppType;
import dev.gatehouse.config.Branding;
import dev.gatehouse.config.BusSettings;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.Config.AccountSettings;
import dev.gatehouse.config.Config.Api;
import dev.gatehouse.config.Config.CorsSettings;
import dev.gatehouse.config.Config.DatabaseSettings;
import dev.gatehouse.config.Config.Identity;
import dev.gatehouse.config.Config.KeySettings;
import dev.gatehouse.config.Config.Listen;
import dev.gatehouse.config.Config.Log;
import dev.gatehouse.config.Config.LoginSettings;
import dev.gatehouse.config.Config.MasterKey;
import dev.gatehouse.config.Config.Refresh;
import dev.gatehouse.config.Config.Session;
import dev.gatehouse.config.Config.TokenSettings;
import dev.gatehouse.config.Config.Upstream;
import dev.gatehouse.config.CrowdLimits;
import dev.gatehouse.config.DoorSettings;
import dev.gatehouse.config.Exposure;
import dev.gatehouse.config.LimitSettings;
import dev.gatehouse.config.Lockout;
import dev.gatehouse.config.MailSettings;
import dev.gatehouse.config.ObserveSettings;
import dev.gatehouse.config.OutboundSettings;
import dev.gatehouse.config.RegistrationSettings;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Position;
import dev.gatehouse.vocabulary.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings as a file would give them: two scopes, one API with an audience of its own, one other public client and two with a secret. */
public final class TestConfig {
    private static final Position NOWHERE = new Position("gatehouse.yaml", 1, 1);

    private TestConfig() {}

    public static Config standard() {
        return with(
                new LoginSettings(true, 8, true, true),
                new AccountSettings(Admission.OPEN, List.of("customer"), new Lockout(10, Duration.ofMinutes(15))));
    }

    /** The same house, in which apps register themselves as these settings say. */
    public static Config registering(RegistrationSettings registration) {
        Config standard = standard();
        return with(standard.login(), standard.accounts(), registration);
    }

    static Config with(LoginSettings login, AccountSettings accounts) {
        return with(login, accounts, RegistrationSettings.CLOSED);
    }

    /** The same house, which sends no mail. */
    static Config withoutMail() {
        return with(
                new LoginSettings(true, 8, true, true),
                new AccountSettings(Admission.OPEN, List.of("customer"), new Lockout(10, Duration.ofMinutes(15))),
                RegistrationSettings.CLOSED,
                MailSettings.NONE);
    }

    private static Config with(LoginSettings login, AccountSettings accounts, RegistrationSettings registration) {
        return with(login, accounts, registration, MailSettings.KEPT);
    }

    private static Config with(
            LoginSettings login, AccountSettings accounts, RegistrationSettings registration, MailSettings email) {
        var scopes = new LinkedHashMap<String, String>();
        scopes.put("data:read", "See your data");
        scopes.put("data:write", "Change your data");
        var reports = new Api(
                "reports",
                "/api/reports",
                Exposure.ANYWHERE,
                new Upstream.Bus("reports"),
                Identity.HEADERS,
                Duration.ofSeconds(5),
                List.of("self"),
                Optional.of("https://reports.example"),
                List.of(),
                ApiCallers.USUAL,
                NOWHERE);
        return new Config(
                Optional.empty(),
                new Listen(Optional.empty(), 8080),
                DoorSettings.IN_CLEAR,
                new Listen(Optional.empty(), 9090),
                new DatabaseSettings.Embedded(),
                Duration.ofMinutes(10),
                List.of(),
                OutboundSettings.PUBLIC_ONLY,
                Map.of("reports", reports),
                Map.of(),
                Map.of(),
                new CorsSettings.Off(),
                scopes,
                Map.of(
                        new ClientId("web-shop"), app("web-shop", AppType.SPA, Optional.empty()),
                        new ClientId("partner"), app("partner", AppType.WEB, Optional.of(new Secret("p@rtner:secret"))),
                        new ClientId("viewer"), app("viewer", AppType.SPA, Optional.empty(), "openid", "data:read"),
                        new ClientId("tv"), app("tv", AppType.DEVICE, Optional.empty(), "openid", "data:read"),
                        new ClientId("radio"), app("radio", AppType.DEVICE, Optional.empty()),
                        new ClientId("billing"),
                                app("billing", AppType.SERVICE, Optional.of(new Secret("billing-secret")))),
                registration,
                login,
                accounts,
                new TokenSettings(
                        Duration.ofMinutes(10),
                        new Refresh(Duration.ofDays(30), Duration.ofDays(90)),
                        new Session(Duration.ofHours(12), Duration.ofHours(1))),
                new KeySettings(
                        List.of("ES256", "RS256"),
                        Optional.empty(),
                        Duration.ofDays(7),
                        new MasterKey.InFile(Path.of("master.key"))),
                Branding.PLAIN,
                List.of("en", "de", "fr", "es"),
                email,
                new ObserveSettings(Log.AUTO, true, Optional.empty()),
                BusSettings.NOBODY,
                new LimitSettings(
                        32768,
                        16384,
                        8192,
                        1 << 20,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(5),
                        new CrowdLimits(20_000, 2000, 8192)));
    }

    private static App app(String id, AppType type, Optional<Secret> secret) {
        return app(id, type, secret, "data:read");
    }

    private static App app(String id, AppType type, Optional<Secret> secret, String... scopes) {
        return new App(
                new ClientId(id),
                type,
                App.Looks.NONE,
                List.of(),
                App.SignOut.NONE,
                secret.map(App.Proof::by).orElse(App.Proof.NONE),
                List.of(scopes),
                List.of(),
                App.Exchange.NONE,
                App.Consent.OFF,
                App.Demands.USUAL,
                App.Signing.USUAL,
                App.Subject.PUBLIC,
                App.Defaults.NONE,
                NOWHERE);
    }
}
