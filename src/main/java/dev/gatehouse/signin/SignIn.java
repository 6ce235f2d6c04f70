package dev.gatehouse.signin;

import dev.gatehouse.web.Address;
import dev.gatehouse.web.Takes;
import java.util.List;

/** The room's front: the addresses by which people come in and go out. Made once for all event loops: what it counts, it counts together. */
public final class SignIn {
    private final List<Address> addresses;

    public SignIn(House house) {
        var accessTokens = new AccessTokens(house.tokens().mint(), house.config());
        var login = new LoginEndpoint(house, accessTokens);
        var register = new RegisterEndpoint(house.config(), house.accounts());
        var logout = new LogoutEndpoint(house);
        this.addresses = List.of(
                Address.post("/register", Takes.JSON, register::register),
                Address.post("/login", Takes.JSON, login::login),
                Address.post("/logout", Takes.NOTHING, logout::logout));
    }

    public List<Address> addresses() {
        return addresses;
    }
}
