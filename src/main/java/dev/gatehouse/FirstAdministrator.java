package dev.gatehouse;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.Administrators;
import dev.gatehouse.identity.Administrators.Applicant;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.PasswordPolicy;
import dev.gatehouse.identity.Username;
import dev.gatehouse.store.StartFailure;
import dev.gatehouse.vocabulary.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A house that nobody administers yet gets its administrator from the environment, where that names one, or else shows a link. */
final class FirstAdministrator {
    static final String EMAIL = "GATEHOUSE_ADMIN_EMAIL";
    static final String PASSWORD = "GATEHOUSE_ADMIN_PASSWORD";
    static final String PASSWORD_FILE = "GATEHOUSE_ADMIN_PASSWORD_FILE";

    private static final int LONGEST_FILE = 4 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(FirstAdministrator.class);

    private final Administrators administrators;
    private final Map<String, String> environment;

    FirstAdministrator(Administrators administrators, Map<String, String> environment) {
        this.administrators = administrators;
        this.environment = environment;
    }

    /** What the environment says counts only where nobody administers the house; of several nodes one makes the account. */
    void make(Config config) {
        if (!isNamed() || Ground.await(administrators.anyThere())) return;
        try {
            Ground.await(administrators.makeFirst(applicant(config), By.SYSTEM))
                    .ifPresent(made -> LOG.info("{} administers this house", made.username()));
        } catch (Refusal refusal) {
            throw new StartFailure(
                    "No administrator can be made of " + EMAIL + ": " + refusal.detail(),
                    "Set other values, or none and use the link that is shown then.");
        }
    }

    /** For the banner; empty where somebody administers the house. */
    Optional<String> link() {
        return Ground.await(administrators.firstLink(Source.SYSTEM));
    }

    private boolean isNamed() {
        return said(EMAIL).isPresent()
                || said(PASSWORD).isPresent()
                || said(PASSWORD_FILE).isPresent();
    }

    /** The mail address is the name to sign in with. */
    private Applicant applicant(Config config) {
        if (said(EMAIL).isEmpty()
                || said(PASSWORD).isPresent() == said(PASSWORD_FILE).isPresent())
            throw new StartFailure(
                    "The first administrator is only half named in the environment.",
                    "Set " + EMAIL + " together with one of " + PASSWORD + " and " + PASSWORD_FILE + ", or none.");
        EmailAddress email = EmailAddress.parse(said(EMAIL).get());
        Username name = Username.parse(email.value());
        Password password = Password.typed(said(PASSWORD).orElseGet(this::ofFile));
        new PasswordPolicy(config.login().minLength()).check(password, name);
        return new Applicant(
                name, password, Optional.of(email), config.accounts().defaultRoles());
    }

    private String ofFile() {
        Path file = Path.of(said(PASSWORD_FILE).orElseThrow());
        try (InputStream in = Files.newInputStream(file)) {
            byte[] read = in.readNBytes(LONGEST_FILE + 1);
            if (read.length > LONGEST_FILE)
                throw new StartFailure(file + " is too long for a password.", "Write the password alone into it.");
            return new String(read, StandardCharsets.UTF_8).replaceFirst("\\R\\z", "");
        } catch (IOException unreadable) {
            throw new StartFailure(
                    "The password of the first administrator cannot be read from " + file + ".",
                    "Name a file that this process can read in " + PASSWORD_FILE + ".");
        }
    }

    private Optional<String> said(String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
    }
}
