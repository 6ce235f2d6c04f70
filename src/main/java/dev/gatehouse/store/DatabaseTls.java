package dev.gatehouse.store;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;

/** How a connection is protected and whose certificates are believed (PostgreSQL, libpq: SSL Support). */
record DatabaseTls(SslMode mode, Optional<Path> roots) {

    /** Without an {@code sslmode} only a server that is {@code near}, on this machine, is spoken to in the clear. */
    static DatabaseTls from(Map<String, String> query, boolean near) {
        Optional<Path> roots = Optional.ofNullable(query.get("sslrootcert"))
                .filter(path -> !path.equals("system"))
                .map(Path::of);
        String byDefault = near && roots.isEmpty() ? "disable" : "verify-full";
        return new DatabaseTls(mode(query.getOrDefault("sslmode", byDefault)), roots);
    }

    PgConnectOptions appliedTo(PgConnectOptions options) {
        return options.setSslMode(mode).setSslOptions(trust());
    }

    /** {@code require} without a file believes anybody, as libpq does. */
    private ClientSSLOptions trust() {
        var options =
                new ClientSSLOptions().setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
        boolean verifies = mode == SslMode.VERIFY_CA || mode == SslMode.VERIFY_FULL || roots.isPresent();
        return verifies ? options.setTrustOptions(trusted()) : options.setTrustAll(true);
    }

    private TrustOptions trusted() {
        return roots.<TrustOptions>map(DatabaseTls::file).orElseGet(DatabaseTls::ofThisJava);
    }

    private static PemTrustOptions file(Path roots) {
        if (!Files.isReadable(roots)) throw DatabaseUrl.malformed("its sslrootcert cannot be read: " + roots);
        return new PemTrustOptions().addCertPath(roots.toAbsolutePath().toString());
    }

    private static TrustOptions ofThisJava() {
        try {
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return TrustOptions.wrap(factory);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static SslMode mode(String mode) {
        return switch (mode) {
            case "disable", "allow", "prefer", "require", "verify-ca", "verify-full" -> SslMode.of(mode);
            default ->
                throw DatabaseUrl.malformed(
                        "its sslmode is none of disable, allow, prefer, require, verify-ca, verify-full");
        };
    }
}
