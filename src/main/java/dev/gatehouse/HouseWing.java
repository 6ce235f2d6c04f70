package dev.gatehouse;

import dev.gatehouse.oauth.OAuth;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.SignIn;
import dev.gatehouse.store.Notices;
import dev.gatehouse.tokens.SessionTokens;
import dev.gatehouse.web.Address;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Who signs people in and who issues tokens, at the house's own addresses; and what the gate wing needs of them. */
record HouseWing(List<Address> addresses, SessionTokens sessions, OAuth oauth) {
    static HouseWing open(House house, Notices notices) {
        var signIn = new SignIn(house);
        var oauth = new OAuth(house);
        var addresses = new ArrayList<>(signIn.addresses());
        addresses.addAll(oauth.addresses());
        oauth.backChannel().start(notices);
        return new HouseWing(List.copyOf(addresses), signIn.sessions(), oauth);
    }

    Future<Void> close() {
        return oauth.backChannel().close();
    }
}
