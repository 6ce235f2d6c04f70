package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.clients.ClientAuthentication;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Administrators;
import dev.gatehouse.identity.AuthenticatorApps;
import dev.gatehouse.identity.Departures;
import dev.gatehouse.identity.Dues;
import dev.gatehouse.identity.Invitations;
import dev.gatehouse.identity.Letters;
import dev.gatehouse.identity.MailVerification;
import dev.gatehouse.identity.Mails;
import dev.gatehouse.identity.NewPlaces;
import dev.gatehouse.identity.Newcomers;
import dev.gatehouse.identity.PasswordHasher;
import dev.gatehouse.identity.PasswordResets;
import dev.gatehouse.identity.RecoveryCodes;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.keys.KeyWrapping;
import dev.gatehouse.limits.ForgeryGuard;
import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.store.Database;
import dev.gatehouse.tokens.RemoteJwks;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.tokens.Tokens;
import dev.gatehouse.web.FormProof;
import dev.gatehouse.web.Pages;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Supplier;

/** What the rooms of the house wing are made of; wired once for all event loops. {@code url} is what browsers see, without a slash at its end. */
public record House(
        Vertx vertx,
        Database database,
        Supplier<Config> config,
        String url,
        Secrets secrets,
        Accounts accounts,
        PasswordHasher hasher,
        Mails mails,
        Clients clients,
        ClientAuthentication clientAuthentication,
        KeyWrapping wrapping,
        Tokens tokens,
        Revocations revocations,
        Supplier<KeyRing> ring,
        GuardedClient outbound,
        RemoteJwks remoteJwks,
        ForgeryGuard forgeries,
        AuditTrail trail,
        Pages pages,
        InstantSource clock,
        SecureRandom random) {
    /** One for each who makes or reads refresh tokens; they are all alike. */
    public RefreshMint refreshMint() {
        return new RefreshMint(secrets.of(Secrets.Purpose.REFRESH_SUCCESSOR), random);
    }

    public AuthenticatorApps authenticators() {
        return new AuthenticatorApps(database, trail, letters(), wrapping, random);
    }

    public RecoveryCodes recoveryCodes() {
        return new RecoveryCodes(database, trail, letters(), random);
    }

    /** Who administers the house. */
    public Administrators administrators() {
        return new Administrators(database, accounts, trail, url, random);
    }

    /** What people are written. */
    public Letters letters() {
        return new Letters(mails, config, url);
    }

    /** Who has signed in from where they never were before. */
    public NewPlaces newPlaces() {
        return new NewPlaces(database, letters());
    }

    /** For whoever leaves. */
    public Departures departures() {
        return new Departures(database, accounts, trail, letters());
    }

    /** For whoever has forgotten a password. */
    public PasswordResets resets() {
        return new PasswordResets(database, accounts, mails, letters(), trail, url, clock, random);
    }

    /** What people have to do before they are given anything. */
    public Dues dues() {
        return new Dues(config);
    }

    /** Who is asked to make an account. */
    public Invitations invitations() {
        return new Invitations(database, trail, letters(), url, random);
    }

    /** Who makes an account for themselves, by whatever way they come. */
    public Newcomers newcomers() {
        return new Newcomers(config, accounts, invitations(), verification(), dues());
    }

    /** Whose a mail address is. */
    public MailVerification verification() {
        return new MailVerification(database, mails, letters(), trail, url, clock, random);
    }

    /** Proofs that forms of ours come back from where they were given. */
    public FormProof forms() {
        return new FormProof(secrets.of(Secrets.Purpose.FORM_PROOF), url);
    }
}
