package dev.gatehouse;

import dev.gatehouse.oauth.OAuth;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.SignIn;
import dev.gatehouse.store.Notices;
import dev.gatehouse.tokens.SessionTokens;
import dev.gatehouse.web.Address;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who signs people in and who issues tokens, at the house's own addresses; and what the gate wing needs of them. */
record HouseWing(List<Address> addresses, SignIn signIn, OAuth oauth, Runnable meetsNoMore) {
    private static final Duration HASHES_EVERY = Duration.ofMinutes(5);
    private static final Logger LOG = LoggerFactory.getLogger(HouseWing.class);

    static HouseWing open(House house, Notices notices) {
        Runnable meetsNoMore = meetHashes(house);
        var oauth = new OAuth(house);
        var signIn = new SignIn(house, oauth.onward());
        var addresses = new ArrayList<>(signIn.addresses());
        addresses.addAll(oauth.addresses());
        oauth.backChannel().start(notices);
        return new HouseWing(List.copyOf(addresses), signIn, oauth, meetsNoMore);
    }

    /** Accounts may be imported at any time, and by other nodes. The start waits until such hashes are found, not until they are computed. The answer ends it. */
    private static Runnable meetHashes(House house) {
        Ground.await(house.accounts().meetHashes());
        long timer = house.vertx().setPeriodic(HASHES_EVERY.toMillis(), tick -> house.accounts()
                .meetHashes()
                .onFailure(failure -> LOG.debug("hashes from elsewhere were not looked at", failure)));
        return () -> house.vertx().cancelTimer(timer);
    }

    SessionTokens sessions() {
        return signIn.sessions();
    }

    Future<Void> close() {
        meetsNoMore.run();
        return Future.join(signIn.close(), oauth.backChannel().close()).mapEmpty();
    }
}
