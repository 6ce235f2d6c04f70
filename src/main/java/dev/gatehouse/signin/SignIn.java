package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.PasswordHasher;
import dev.gatehouse.limits.ForgeryGuard;
import dev.gatehouse.store.Database;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.tokens.Tokens;
import dev.gatehouse.web.Address;
import dev.gatehouse.web.Takes;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** The room's front: the addresses by which people come in and go out. Made once for all event loops: what it counts, it counts together. */
public final class SignIn {
    private final List<Address> addresses;

    public SignIn(
            Database database,
            Supplier<Config> config,
            String url,
            Accounts accounts,
            PasswordHasher hasher,
            Tokens tokens,
            Revocations revocations,
            ForgeryGuard forgeries,
            AuditTrail trail,
            InstantSource clock,
            SecureRandom random) {
        var accessTokens = new AccessTokens(tokens.mint(), config);
        var login = new LoginEndpoint(database, config, url, hasher, accessTokens, trail, clock, random);
        var register = new RegisterEndpoint(config, accounts);
        var logout = new LogoutEndpoint(database, config, url, tokens, revocations, forgeries, trail, clock);
        this.addresses = List.of(
                Address.post("/register", Takes.JSON, register::register),
                Address.post("/login", Takes.JSON, login::login),
                Address.post("/logout", Takes.NOTHING, logout::logout));
    }

    public List<Address> addresses() {
        return addresses;
    }
}
