package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.CertifiedKey;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Asked by TLS which certificate to show, at each handshake anew: the settings of that moment answer, so that saved files need no restart and break no connection.
 * Netty's own handler of server names is not used, nor Vert.x's cache of them (CVE-2026-45416, CVE-2026-6860).
 */
final class ShownCertificates extends X509ExtendedKeyManager {
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

    /** Forward secrecy and authenticated encryption only (RFC 9325 §4.2, RFC 9113 §9.2.2). */
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final Supplier<ServerNames> now;

    /** TLS asks for a name first and for what is behind it later; certificates that may be asked for are those of the settings now and before. */
    private final Map<String, CertifiedKey> chosen = new ConcurrentHashMap<>();

    private ShownCertificates(Supplier<ServerNames> now) {
        this.now = now;
    }

    static HttpServerOptions onto(HttpServerOptions options, Supplier<ServerNames> now, long handshakeMillis) {
        options.setSsl(true)
                .setUseAlpn(true)
                .setEnabledSecureTransportProtocols(PROTOCOLS)
                .setSslHandshakeTimeout(handshakeMillis)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeyCertOptions(KeyCertOptions.wrap(new ShownCertificates(now)));
        CIPHERS.forEach(options::addEnabledCipherSuite);
        return options;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        CertifiedKey shown = now.get().shown(asked(engine), keyType);
        if (shown == null) return null;
        String alias = shown.chain().get(0).getSerialNumber() + "/" + shown.hashCode();
        if (chosen.size() >= 1024 && !chosen.containsKey(alias)) chosen.clear();
        chosen.put(alias, shown);
        return alias;
    }

    private static @Nullable String asked(SSLEngine engine) {
        if (!(engine.getHandshakeSession() instanceof ExtendedSSLSession session)) return null;
        for (SNIServerName name : session.getRequestedServerNames())
            if (name instanceof SNIHostName host) return host.getAsciiName();
        return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        CertifiedKey shown = chosen.get(alias);
        return shown == null ? null : shown.chain().toArray(new X509Certificate[0]);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        CertifiedKey shown = chosen.get(alias);
        return shown == null ? null : shown.key();
    }

    // ── what only sockets and clients ask ────────────────────────────────────────────────────────────────────────

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
