package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.LoginProvider;
import dev.gatehouse.identity.Mails.Mail;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Language;
import dev.gatehouse.web.UserAgent;
import dev.gatehouse.web.Words;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What people are written, each in a transaction of the caller's: what it tells about has happened, or nobody hears of it. Whoever has no address, or lives in a
 * house without mail, is not written to. Nothing that a stranger could have chosen stands in a letter as it came: neither names nor what a browser calls itself could
 * then lead anywhere.
 */
public final class Letters implements Owners {
    static final String TO = "SELECT email, language FROM account WHERE id = $1 AND email IS NOT NULL";

    /** After a day nobody would be warned in time. */
    private static final Duration NOTICE = Duration.ofDays(1);

    private static final int LONGEST_NAME = 60;
    private static final DateTimeFormatter TO_THE_MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private static final Function<Words, List<String>> NOTHING = words -> List.of();

    private final Mails mails;
    private final Supplier<Config> config;
    private final String url;

    /** {@code url} is what browsers see. */
    public Letters(Mails mails, Supplier<Config> config, String url) {
        this.mails = mails;
        this.config = config;
        this.url = url;
    }

    /** Somebody with an address, and the language that they chose. */
    private record Reader(UserId account, String address, @Nullable String language) {}

    /** Whether this house sends mail. */
    public boolean areSent() {
        return config.get().email().smtp().isPresent();
    }

    @Override
    public Future<Void> hear(SqlConnection transaction, AuditEvent event) {
        if (event instanceof AuditEvent.SecondFactorSet set) return secondFactorAdded(transaction, set.account());
        if (event instanceof AuditEvent.SecondFactorRemoved gone)
            return secondFactorRemoved(transaction, gone.account());
        if (event instanceof AuditEvent.RecoveryCodesMade made) return recoveryCodesMade(transaction, made.account());
        if (event instanceof AuditEvent.RecoveryCodeUsed used)
            return recoveryCodeUsed(transaction, used.account(), used.remaining());
        if (event instanceof AuditEvent.PasskeyAdded added)
            return passkeyAdded(transaction, added.account(), added.name());
        if (event instanceof AuditEvent.PasskeyRemoved gone)
            return passkeyRemoved(transaction, gone.account(), gone.name());
        if (event instanceof AuditEvent.ProviderLinked linked)
            return loginAdded(transaction, linked.account(), linked.provider());
        if (event instanceof AuditEvent.ProviderUnlinked gone)
            return loginRemoved(transaction, gone.account(), gone.provider());
        return Future.succeededFuture();
    }

    // ---- links ----

    /** That the address is theirs; {@code link} is the whole of it. */
    public Future<Void> verify(SqlConnection transaction, UserId account, String link) {
        return toOwner(transaction, account, "verify", MailLinks.LIFETIME, link);
    }

    public Future<Void> reset(SqlConnection transaction, UserId account, String link) {
        return toOwner(transaction, account, "reset", MailLinks.LIFETIME, link);
    }

    /** To the address that is to be theirs. */
    public Future<Void> change(SqlConnection transaction, UserId account, EmailAddress to, String link) {
        return toAddress(transaction, account, to.value(), "change", MailLinks.LIFETIME, link);
    }

    /** Somebody wanted to make an account with the address that this account has verified. */
    public Future<Void> alreadyKnown(SqlConnection transaction, UserId account) {
        return toOwner(transaction, account, "known", NOTICE, url + "/forgot");
    }

    /** To somebody who has no account yet. */
    Future<Void> invited(SqlConnection transaction, EmailAddress to, String link, Duration worthwhile) {
        return toAddress(transaction, new UserId("-"), to.value(), "invited", worthwhile, link);
    }

    // ---- notices ----

    /** Signed in from where they never were before. */
    public Future<Void> newDevice(SqlConnection transaction, UserId account, UserAgent device, String address) {
        String place = address.replaceAll("[^0-9A-Fa-f.:]", "");
        return notice(transaction, account, "new-device", words -> List.of(device.in(words), place));
    }

    public Future<Void> passwordChanged(SqlConnection transaction, UserId account) {
        return notice(transaction, account, "password-changed");
    }

    /** The first one of an account that had none. */
    public Future<Void> passwordSet(SqlConnection transaction, UserId account) {
        return notice(transaction, account, "password-set");
    }

    /** Both addresses hear of it; {@code before} is the one that the account had until now. */
    public Future<Void> mailChanged(SqlConnection transaction, UserId account, Optional<EmailAddress> before) {
        Future<Void> toOld = before.map(
                        old -> toAddress(transaction, account, old.value(), "mail-changed", NOTICE, url + "/account"))
                .orElseGet(Future::succeededFuture);
        return toOld.compose(told -> notice(transaction, account, "mail-changed"));
    }

    /** An authenticator app. */
    public Future<Void> secondFactorAdded(SqlConnection transaction, UserId account) {
        return notice(transaction, account, "second-factor-added");
    }

    public Future<Void> secondFactorRemoved(SqlConnection transaction, UserId account) {
        return notice(transaction, account, "second-factor-removed");
    }

    public Future<Void> passkeyAdded(SqlConnection transaction, UserId account, String name) {
        return notice(transaction, account, "passkey-added", plain(name));
    }

    public Future<Void> passkeyRemoved(SqlConnection transaction, UserId account, String name) {
        return notice(transaction, account, "passkey-removed", plain(name));
    }

    /** Another provider; {@code name} is what the file calls it. */
    public Future<Void> loginAdded(SqlConnection transaction, UserId account, String name) {
        return notice(transaction, account, "login-added", label(name));
    }

    public Future<Void> loginRemoved(SqlConnection transaction, UserId account, String name) {
        return notice(transaction, account, "login-removed", label(name));
    }

    /** {@code left} are there still. */
    public Future<Void> recoveryCodeUsed(SqlConnection transaction, UserId account, int left) {
        return notice(transaction, account, "recovery-code-used", Integer.toString(left));
    }

    /** New ones replace those that were there. */
    public Future<Void> recoveryCodesMade(SqlConnection transaction, UserId account) {
        return notice(transaction, account, "recovery-codes-made");
    }

    /** Everything that is known of them was fetched. */
    public Future<Void> exported(SqlConnection transaction, UserId account) {
        return notice(transaction, account, "exported");
    }

    /** The account goes for good then, unless its owner signs in before. */
    public Future<Void> leaving(SqlConnection transaction, UserId account, Instant then) {
        return notice(transaction, account, "leaving", TO_THE_MINUTE.format(then));
    }

    public Future<Void> kept(SqlConnection transaction, UserId account) {
        return notice(transaction, account, "kept");
    }

    /** To the address that the account still has. */
    public Future<Void> gone(SqlConnection transaction, UserId account) {
        return toOwner(transaction, account, "gone", NOTICE, url);
    }

    // ---- on their way ----

    private Future<Void> notice(SqlConnection transaction, UserId account, String kind, String... more) {
        return notice(transaction, account, kind, words -> List.of(more));
    }

    private Future<Void> notice(
            SqlConnection transaction, UserId account, String kind, Function<Words, List<String>> more) {
        return toOwner(transaction, account, kind, NOTICE, url + "/account", more);
    }

    private Future<Void> toOwner(
            SqlConnection transaction, UserId account, String kind, Duration worthwhile, String link) {
        return toOwner(transaction, account, kind, worthwhile, link, NOTHING);
    }

    private Future<Void> toOwner(
            SqlConnection transaction,
            UserId account,
            String kind,
            Duration worthwhile,
            String link,
            Function<Words, List<String>> more) {
        if (!areSent()) return Future.succeededFuture();
        return reader(transaction, account)
                .compose(reader -> reader.isEmpty()
                        ? Future.succeededFuture()
                        : put(transaction, reader.get(), kind, worthwhile, link, more));
    }

    private Future<Void> toAddress(
            SqlConnection transaction, UserId account, String address, String kind, Duration worthwhile, String link) {
        if (!areSent()) return Future.succeededFuture();
        return reader(transaction, account)
                .compose(owner -> put(
                        transaction,
                        new Reader(account, address, owner.map(Reader::language).orElse(null)),
                        kind,
                        worthwhile,
                        link,
                        NOTHING));
    }

    private static Future<Optional<Reader>> reader(SqlConnection transaction, UserId account) {
        return transaction.preparedQuery(TO).execute(Tuple.of(account.value())).map(rows -> {
            if (rows.size() == 0) return Optional.empty();
            Row row = rows.iterator().next();
            return Optional.of(new Reader(account, row.getString("email"), row.getString("language")));
        });
    }

    /** In the words, {0} is the house, {1} the link, and {2} and on what else there is to say. */
    private Future<Void> put(
            SqlConnection transaction,
            Reader reader,
            String kind,
            Duration worthwhile,
            String link,
            Function<Words, List<String>> more) {
        Words words =
                Words.in(language(reader.language()), config.get().branding().texts());
        String house = config.get().branding().name();
        var values = new ArrayList<Object>(List.of(house, link));
        values.addAll(more.apply(words));
        String subject = words.say("mail." + kind + ".subject", house);
        String text = words.say("mail." + kind + ".text", values.toArray())
                + (kind.matches("verify|reset|change|known|gone|invited")
                        ? ""
                        : "\n\n" + words.say("mail.not-you", house, link))
                + "\n\n" + words.say("mail.end", house) + "\n";
        return mails.put(
                transaction, new Mail(reader.account(), reader.address(), kind, bounded(subject), text), worthwhile);
    }

    private Language language(@Nullable String tag) {
        var spoken = config.get().languages();
        return Optional.ofNullable(tag)
                .flatMap(Language::ofTag)
                .filter(wished -> spoken.contains(wished.tag()))
                .or(() -> Language.ofTag(spoken.get(0)))
                .orElse(Language.EN);
    }

    private String label(String provider) {
        return plain(config.get().login().others().all().stream()
                .filter(each -> each.name().equals(provider))
                .map(LoginProvider::label)
                .findFirst()
                .orElse(provider));
    }

    /** Words and nothing that a mail program would make a link of. */
    private static String plain(String text) {
        String plain = text.replaceAll("[^\\p{L}\\p{N} ,()-]+", " ")
                .replaceAll(" +", " ")
                .strip();
        if (plain.isEmpty()) return "?";
        return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "…";
    }

    private static String bounded(String subject) {
        String line = subject.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= 200 ? line : line.substring(0, 200);
    }
}
