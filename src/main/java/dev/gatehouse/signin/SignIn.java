package dev.gatehouse.signin;

import dev.gatehouse.web.Address;
import dev.gatehouse.web.ErrorForm;
import dev.gatehouse.web.Takes;
import java.util.ArrayList;
import java.util.List;

/** The room's front: the addresses by which people come in and go out. Made once for all event loops: what it counts, it counts together. */
public final class SignIn {
    private final List<Address> addresses;

    public SignIn(House house) {
        var accessTokens = new AccessTokens(house.tokens().mint(), house.config());
        var login = new LoginEndpoint(house, accessTokens);
        var register = new RegisterEndpoint(house.config(), house.accounts());
        var logoutPages = new LogoutPages(house);
        var logout = new LogoutEndpoint(house, logoutPages);
        var all = new ArrayList<>(house.pages().addresses());
        all.add(Address.post("/register", Takes.JSON, register::register));
        all.add(Address.post("/login", Takes.JSON, login::login));
        all.add(Address.get("/logout", logoutPages::page).sayingNo(ErrorForm.PAGE));
        all.add(Address.post("/logout", Takes.NOTHING, logout::post).sayingNo(ErrorForm.PAGE));
        this.addresses = List.copyOf(all);
    }

    public List<Address> addresses() {
        return addresses;
    }
}
