package dev.gatehouse.identity;

import dev.gatehouse.config.Admission;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.Config.AccountSettings;
import dev.gatehouse.config.Terms;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.vocabulary.Domain;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** People who make an account for themselves, with a password or by another provider: whether they may, and what they get. */
public final class Newcomers {
    private final Supplier<Config> config;
    private final Accounts accounts;
    private final Invitations invitations;
    private final MailVerification verification;
    private final Dues dues;

    public Newcomers(
            Supplier<Config> config,
            Accounts accounts,
            Invitations invitations,
            MailVerification verification,
            Dues dues) {
        this.config = config;
        this.accounts = accounts;
        this.invitations = invitations;
        this.verification = verification;
        this.dues = dues;
    }

    /** What somebody brings along: the code of an invitation, where they have one; {@code language} and {@code browser} are as links in mails have them. */
    public record Brought(Optional<String> invitation, @Nullable String language, String browser) {}

    /** Refuses everybody where nobody makes an account for themselves, and those without an invitation where it takes one. */
    public void checkMayCome(Optional<String> invitation) {
        Admission admission = settings().registration();
        if (admission == Admission.CLOSED) throw Reason.REGISTRATION_CLOSED.because("Ask the operator for an account.");
        if (admission == Admission.INVITE && invitation.isEmpty())
            throw Reason.INVITATION_INVALID.because("Open the link of your invitation.");
    }

    /** Refuses what is not the version of the terms that has to be accepted; the answer is what to keep of it. */
    public Optional<String> accepted(Optional<String> version) {
        Optional<String> wanted = settings().terms().map(Terms::version);
        if (wanted.isPresent() && !version.equals(wanted))
            throw Reason.TERMS_REQUIRED.because("Read the terms at "
                    + settings().terms().orElseThrow().url() + " and send `" + wanted.get() + "` as `terms`.");
        return wanted;
    }

    /** With the roles that everybody gets and those of the invitation, and what else is to happen with it or not at all. */
    public Future<Account> add(
            Newcomer newcomer, Brought brought, By by, BiFunction<SqlConnection, Account, Future<Void>> with) {
        checkMayCome(brought.invitation());
        newcomer.password()
                .ifPresent(password ->
                        new PasswordPolicy(config.get().login().minLength()).check(password, newcomer.name()));
        checkAddress(newcomer.email());
        return accounts.add(
                newcomer.with(settings().defaultRoles()),
                by,
                transaction -> brought.invitation()
                        .map(code -> invitations.use(transaction, code, newcomer.email()))
                        .orElseGet(() -> Future.succeededFuture(List.of())),
                (transaction, account) -> (newcomer.emailVerified()
                                ? Future.<Void>succeededFuture()
                                : verification.registered(transaction, account, brought.language(), brought.browser()))
                        .compose(told -> with.apply(transaction, account)));
    }

    public Future<Account> add(Newcomer newcomer, Brought brought, By by) {
        return add(newcomer, brought, by, (transaction, account) -> Future.succeededFuture());
    }

    private void checkAddress(Optional<EmailAddress> email) {
        if (takes(email)) return;
        if (email.isEmpty()) throw Reason.EMAIL_INVALID.because("A mail address is needed here, to be verified.");
        throw Reason.EMAIL_NOT_ALLOWED.because(
                "Use an address at " + String.join(" or ", settings().allowedDomains()) + ".");
    }

    /** Whether somebody with this address, or with none, may make an account. */
    public boolean takes(Optional<EmailAddress> email) {
        List<String> domains = settings().allowedDomains();
        if (email.isEmpty()) return domains.isEmpty() && !dues.isMailToBeVerified();
        return domains.isEmpty()
                || Domain.of(email.get().domain()).filter(domains::contains).isPresent();
    }

    private AccountSettings settings() {
        return config.get().accounts();
    }
}
