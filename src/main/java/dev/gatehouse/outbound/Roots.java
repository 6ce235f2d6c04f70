package dev.gatehouse.outbound;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates are believed: the JDK's roots and those of one file of the operator's, read when they are first needed and again when the file changes. */
public final class Roots {
    private static final long LARGEST_FILE = 1 << 20;

    private @Nullable Read read;

    private record Read(Optional<Path> extra, Optional<FileTime> changed, ClientSSLOptions options) {}

    /** Reads files: not on an event loop. */
    synchronized ClientSSLOptions with(Optional<Path> extra) throws GeneralSecurityException, IOException {
        Optional<FileTime> changed =
                extra.isPresent() ? Optional.of(Files.getLastModifiedTime(extra.get())) : Optional.empty();
        Read before = read;
        if (before != null && before.extra().equals(extra) && before.changed().equals(changed)) return before.options();
        var fresh = new Read(extra, changed, options(extra));
        read = fresh;
        return fresh.options();
    }

    private static ClientSSLOptions options(Optional<Path> extra) throws GeneralSecurityException, IOException {
        return new ClientSSLOptions()
                .setHostnameVerificationAlgorithm("HTTPS")
                .setSslHandshakeTimeout(PublicClient.TIME_LIMIT.toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                .setTrustOptions(everybodysAnd(extra));
    }

    /** The JDK's roots and those of one file. Reads files: not on an event loop. */
    public static TrustOptions everybodysAnd(Optional<Path> extra) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        for (var root : usual()) store.setCertificateEntry("root-" + store.size(), root);
        if (extra.isPresent()) add(extra.get(), store);
        return trusting(store);
    }

    /** The roots of one file and no others. */
    public static TrustOptions only(Path pem) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        add(pem, store);
        return trusting(store);
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static TrustOptions trusting(KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return TrustOptions.wrap(factory.getTrustManagers()[0]);
    }

    private static X509Certificate[] usual() throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return ((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers();
    }

    private static void add(Path pem, KeyStore store) throws GeneralSecurityException, IOException {
        if (Files.size(pem) > LARGEST_FILE) throw new IOException(pem + " is larger than 1 MiB");
        try (var file = Files.newInputStream(pem)) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(file);
            if (found.isEmpty()) throw new IOException(pem + " holds no certificate");
            for (var root : found) store.setCertificateEntry("root-" + store.size(), root);
        }
    }
}
