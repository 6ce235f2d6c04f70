package dev.gatehouse.store;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.SslMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;

/** Which certificates of a database server are believed. */
final class Trust {
    private Trust() {}

    /** A mode that verifies needs roots: the given file, or those of this machine's Java. {@code require} without a file believes anybody, as libpq does. */
    static ClientSSLOptions of(SslMode mode, Optional<Path> roots) {
        var options = new ClientSSLOptions().setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
        boolean verifies = mode == SslMode.VERIFY_CA || mode == SslMode.VERIFY_FULL || roots.isPresent();
        return verifies ? options.setTrustOptions(trusted(roots)) : options.setTrustAll(true);
    }

    private static TrustOptions trusted(Optional<Path> roots) {
        return roots.<TrustOptions>map(Trust::file).orElseGet(Trust::ofThisMachine);
    }

    private static PemTrustOptions file(Path roots) {
        if (!Files.isReadable(roots)) throw DatabaseUrl.malformed("its sslrootcert cannot be read: " + roots);
        return new PemTrustOptions().addCertPath(roots.toAbsolutePath().toString());
    }

    private static TrustOptions ofThisMachine() {
        try {
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return TrustOptions.wrap(factory);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
