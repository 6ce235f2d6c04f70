package dev.gatehouse.cli;

import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.tokens.RevocationIndex;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.tokens.Tokens;
import dev.gatehouse.vocabulary.Issuer;

/** What judges a token for one command, with the keys and revocations of this moment. */
final class TokenDesk {
    private TokenDesk() {}

    static Tokens at(Desk desk) {
        var keys = KeyDesk.at(desk, KeyDesk.algorithms(desk));
        var self = new Issuer(desk.url());
        var index = new RevocationIndex(self);
        desk.await(keys.refresh());
        desk.await(new Revocations(desk.vertx(), desk.database(), index, desk.clock()).refresh());
        int longest = desk.config().limits().tokenSize();
        return new Tokens(self, keys::ring, new Signatures(CryptoProvider.fastest()), index, desk.clock(), longest, 1);
    }
}
