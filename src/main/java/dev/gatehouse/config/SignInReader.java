package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH113;
import static dev.gatehouse.config.FaultCode.GH114;
import static dev.gatehouse.config.FaultCode.GH118;
import static dev.gatehouse.config.FaultCode.GH138;
import static dev.gatehouse.config.FaultCode.GH171;

import dev.gatehouse.config.Config.AccountSettings;
import dev.gatehouse.config.Config.LoginSettings;
import dev.gatehouse.vocabulary.Domain;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code login} and {@code accounts}: how people sign in, and what protects their accounts. */
final class SignInReader {
    private static final Pattern LOCKOUT = Pattern.compile("(\\S+) failures? in (\\S+)(?: per account)?");

    private SignInReader() {}

    /** {@code privateNetworks}: some are listed that the gate may call. */
    static LoginSettings login(Section section, boolean privateNetworks) {
        boolean enabled = section.isSection("password") || section.value("password", SignInReader::onOff);
        Section password = section.longForm("password");
        return new LoginSettings(
                enabled,
                password.count("min_length"),
                password.optional("breached", text -> NamedFile.path(section.reading(), text)),
                password.count("threads"),
                section.choice("passkey").equals("on"),
                section.choice("totp").equals("on"),
                new ProviderReader(section, privateNetworks).read());
    }

    static AccountSettings accounts(Section section) {
        Admission admission = Admission.valueOf(section.choice("registration").toUpperCase(Locale.ROOT));
        boolean verify = section.choice("verify_email").equals("on");
        List<String> domains = section.list("allowed_domains", SignInReader::domain);
        if (!domains.isEmpty() && !verify)
            section.reading()
                    .faults()
                    .error(
                            GH171,
                            section.placeOf("allowed_domains"),
                            "anybody could claim an address in one of the `allowed_domains`",
                            "write `verify_email: on`, so that it has to be theirs");
        List<String> roles = section.list("default_roles", text -> Written.name(text, "a role"));
        return new AccountSettings(
                admission,
                section.count("registrations_per_network"),
                verify,
                domains,
                roles,
                terms(section),
                section.value("lockout", SignInReader::lockout),
                section.duration("delete_after"));
    }

    private static String domain(String text) {
        return Domain.of(text)
                .filter(domain -> domain.indexOf('.') > 0)
                .orElseThrow(() -> new Misfit(
                        GH118, "`" + text + "` is not the domain of a mail address", "write it as in `example.com`"));
    }

    private static Optional<Terms> terms(Section accounts) {
        if (!accounts.has("terms")) return Optional.empty();
        Section section = accounts.section("terms");
        Optional<String> version = section.required("version", SignInReader::version);
        Optional<URI> url = section.required("url", Urls::page);
        return version.flatMap(which -> url.map(where -> new Terms(which, where)));
    }

    private static String version(String text) {
        if (text.matches("[!-~]{1,64}")) return text;
        throw new Misfit(
                GH138, "this is not a version", "use at most 64 letters, digits and signs, as in `\"2026-01\"`");
    }

    private static boolean onOff(String text) {
        return Written.onOff(text)
                .orElseThrow(() -> new Misfit(
                        GH113,
                        "`" + text + "` cannot stand at `password`",
                        "it takes `on`, `off` or `{min_length: 15}`"));
    }

    private static Lockout lockout(String text) {
        Matcher words = LOCKOUT.matcher(text);
        if (!words.matches())
            throw new Misfit(GH138, "`" + text + "` is not a lockout", "write `10 failures in 15m per account`");
        long failures = Written.count(words.group(1), "lockout");
        Duration window = Written.duration(words.group(2), "lockout");
        if (failures < 1 || failures > 1000)
            throw new Misfit(
                    GH114, "`" + failures + "` failures are outside the bounds of `lockout`", "it takes 1 to 1000");
        if (window.compareTo(Duration.ofSeconds(1)) < 0 || window.compareTo(Duration.ofDays(1)) > 0) {
            throw new Misfit(GH114, "`" + words.group(2) + "` is outside the bounds of `lockout`", "it takes 1s to 1d");
        }
        return new Lockout((int) failures, window);
    }
}
