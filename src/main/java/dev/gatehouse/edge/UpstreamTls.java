package dev.gatehouse.edge;

import dev.gatehouse.config.UpstreamTlsSettings;
import dev.gatehouse.outbound.Roots;
import dev.gatehouse.vocabulary.CertifiedKey;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates connections to an upstream believe, what they show themselves (mutual TLS), and which name they ask for. Read once, off the event loops; two
 * of them are equal when they were made of the same content, so that a reload without a change keeps its connections.
 */
final class UpstreamTls {
    private static final long HANDSHAKE_SECONDS = 10;
    private static final Set<String> VERSIONS = Set.of("TLSv1.2", "TLSv1.3");
    private static final char[] NO_PASSWORD = new char[0];

    private final String made;
    private final TrustOptions trust;
    private final @Nullable CertifiedKey own;
    private final Optional<String> name;

    private UpstreamTls(String made, TrustOptions trust, @Nullable CertifiedKey own, Optional<String> name) {
        this.made = made;
        this.trust = trust;
        this.own = own;
        this.name = name;
    }

    /** {@code alsoTrusted}: what the whole gate believes beside the roots of the JDK; an upstream's own {@code ca} is believed instead of all of them. Reads files. */
    static UpstreamTls of(UpstreamTlsSettings settings, Optional<Path> alsoTrusted) {
        try {
            TrustOptions trust =
                    settings.ca().isPresent() ? Roots.only(settings.ca().get()) : Roots.everybodysAnd(alsoTrusted);
            CertifiedKey own = settings.cert().isPresent()
                    ? CertifiedKey.read(settings.cert().get(), settings.key().orElseThrow())
                    : null;
            return new UpstreamTls(fingerprint(settings, alsoTrusted), trust, own, settings.name());
        } catch (IOException unreadable) {
            throw new UncheckedIOException("a certificate for upstreams cannot be read", unreadable);
        } catch (GeneralSecurityException broken) {
            throw new IllegalArgumentException("a certificate for upstreams cannot be used", broken);
        }
    }

    private static String fingerprint(UpstreamTlsSettings settings, Optional<Path> alsoTrusted)
            throws IOException, GeneralSecurityException {
        var digest = MessageDigest.getInstance("SHA-256");
        List<Optional<Path>> files = List.of(settings.ca(), settings.cert(), settings.key(), alsoTrusted);
        for (Optional<Path> file : files) {
            byte[] content = file.isPresent() ? Files.readAllBytes(file.get()) : new byte[0];
            digest.update((file.isPresent() + " " + content.length + "\n").getBytes(StandardCharsets.US_ASCII));
            digest.update(content);
        }
        return HexFormat.of().formatHex(digest.digest()) + settings.name().orElse("");
    }

    /** The name that the certificate must have, and that is asked for. */
    String name(String host) {
        return name.orElse(host);
    }

    /** HTTP/1.1 and nothing else, with whom the options say. */
    ConnectOptions onto(ConnectOptions options) {
        var secure = new ClientSSLOptions()
                .setHostnameVerificationAlgorithm("HTTPS")
                .setTrustOptions(trust)
                .setUseAlpn(true)
                .setApplicationLayerProtocols(List.of(HttpVersion.HTTP_1_1.alpnName()))
                .setEnabledSecureTransportProtocols(VERSIONS)
                .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        CertifiedKey shown = own;
        if (shown != null) secure.setKeyCertOptions(shown(shown));
        if (name.isPresent()) options.setSniServerName(name.get());
        return options.setSsl(true).setSslOptions(secure);
    }

    /** HTTP/2, or what the other side chooses where it may. */
    HttpClientOptions onto(HttpClientOptions options, Origin.Protocol protocol) {
        options.setSsl(true)
                .setVerifyHost(true)
                .setTrustOptions(trust)
                .setUseAlpn(true)
                .setAlpnVersions(
                        protocol == Origin.Protocol.H2
                                ? List.of(HttpVersion.HTTP_2)
                                : List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                .setForceSni(name.isPresent())
                .setEnabledSecureTransportProtocols(VERSIONS)
                .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        CertifiedKey shown = own;
        return shown == null ? options : options.setKeyCertOptions(shown(shown));
    }

    private static KeyCertOptions shown(CertifiedKey own) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("own", own.key(), NO_PASSWORD, own.chain().toArray(new X509Certificate[0]));
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return KeyCertOptions.wrap(factory);
        } catch (IOException | GeneralSecurityException impossible) {
            throw new IllegalStateException("a key in memory cannot be used", impossible);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UpstreamTls that && made.equals(that.made);
    }

    @Override
    public int hashCode() {
        return made.hashCode();
    }
}
