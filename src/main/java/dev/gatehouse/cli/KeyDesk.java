package dev.gatehouse.cli;

import dev.gatehouse.config.Config.KeySettings;
import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRotation;
import dev.gatehouse.keys.Keys;
import dev.gatehouse.keys.Signatures;
import java.util.List;

/** The signing keys for one command: read when asked, not kept up. */
final class KeyDesk {
    private KeyDesk() {}

    static Keys at(Desk desk, List<JwsAlgorithm> algorithms) {
        KeySettings settings = desk.config().keys();
        var rotation = new KeyRotation(
                algorithms,
                settings.every(),
                settings.keep(),
                desk.config().tokens().access());
        var signatures = new Signatures(CryptoProvider.fastest());
        return new Keys(desk.vertx(), desk.database(), desk.keyWrapping(), signatures, rotation, desk.clock());
    }

    /** Those of the file, the default first. */
    static List<JwsAlgorithm> algorithms(Desk desk) {
        return desk.config().signingAlgorithms().stream()
                .map(name -> JwsAlgorithm.named(name).orElseThrow())
                .toList();
    }
}
