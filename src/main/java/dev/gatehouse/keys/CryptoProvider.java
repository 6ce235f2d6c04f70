package dev.gatehouse.keys;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who does the arithmetic of signatures: Amazon's native provider where its library loads, the JDK otherwise. Asked for by instance and never installed into
 * the JVM, so TLS and everything else stay on what the JDK chose. Why: decision 0130.
 */
public final class CryptoProvider {
    private static final Logger LOG = LoggerFactory.getLogger(CryptoProvider.class);
    private static final int RSA_BITS = 2048;

    private final String name;
    private final @Nullable Provider provider;

    private CryptoProvider(String name, @Nullable Provider provider) {
        this.name = name;
        this.provider = provider;
    }

    /** The fastest that works here. */
    public static CryptoProvider fastest() {
        return Chosen.PROVIDER;
    }

    /** What every JDK has. */
    public static CryptoProvider ofTheJdk() {
        return new CryptoProvider("the JDK's own", null);
    }

    /** For the log: who it is. */
    public String name() {
        return name;
    }

    /** A source of random bytes that event loops do not wait for each other at. */
    public SecureRandom random() {
        try {
            if (provider != null) return SecureRandom.getInstance("LibCryptoRng", provider);
        } catch (GeneralSecurityException e) {
            LOG.debug("{} has no random source; the JDK's is used", name, e);
        }
        return new SecureRandom();
    }

    /** A new pair: P-256, RSA of 2048 bits, or Ed25519. RSA takes its time: never on an event loop. */
    public KeyPair newPair(JwsAlgorithm algorithm) {
        try {
            String kind = algorithm.keyPairName();
            var generator = provider == null
                    ? KeyPairGenerator.getInstance(kind)
                    : KeyPairGenerator.getInstance(kind, provider);
            switch (algorithm) {
                case ES256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
                case RS256, PS256 -> generator.initialize(RSA_BITS);
                case EDDSA -> {}
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no key pair for " + algorithm, e);
        }
    }

    Signature signature(String jcaName) throws GeneralSecurityException {
        return provider == null ? Signature.getInstance(jcaName) : Signature.getInstance(jcaName, provider);
    }

    /** Tried once, at first use. */
    private static final class Chosen {
        static final CryptoProvider PROVIDER = choose();

        private static CryptoProvider choose() {
            var chosen = amazon().orElseGet(CryptoProvider::ofTheJdk);
            LOG.info("signatures by {}", chosen.name());
            return chosen;
        }

        /** Any failure, also a missing class or library, means "not here". */
        private static Optional<CryptoProvider> amazon() {
            try {
                var amazon = AmazonCorrettoCryptoProvider.INSTANCE;
                if (amazon.getLoadingError() != null) return Optional.empty();
                return Optional.of(
                        new CryptoProvider("Amazon Corretto Crypto Provider " + amazon.getVersionStr(), amazon));
            } catch (Throwable absent) {
                LOG.debug("Amazon Corretto Crypto Provider does not load", absent);
                return Optional.empty();
            }
        }
    }
}
