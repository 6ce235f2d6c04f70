package dev.gatehouse.keys;

import io.netty.util.concurrent.FastThreadLocal;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Signs and verifies on the calling thread. Each thread keeps its own {@link Signature} per key, already initialised, so nothing is locked and nothing is set up
 * twice. A thread keeps a bounded number; the one unused for longest leaves.
 */
public final class Signatures {
    private static final int KEPT_PER_THREAD = 64;

    private final CryptoProvider provider;
    private final FastThreadLocal<Kept> ofThread = new FastThreadLocal<>() {
        @Override
        protected Kept initialValue() {
            return new Kept();
        }
    };

    public Signatures(CryptoProvider provider) {
        this.provider = provider;
    }

    public CryptoProvider provider() {
        return provider;
    }

    /** Whether the key made the signature over the text with that algorithm. Never throws for what a stranger sent. */
    public boolean verify(VerificationKey key, JwsAlgorithm algorithm, byte[] text, byte[] signature) {
        if (!key.serves(algorithm) || !key.couldHaveMade(signature, algorithm)) return false;
        var kept = ofThread.get();
        var slot = new Slot(key, algorithm);
        try {
            var verifier = kept.get(slot);
            if (verifier == null) {
                verifier = algorithm.signature(provider);
                verifier.initVerify(key.publicKey());
                kept.put(slot, verifier);
            }
            verifier.update(text);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException malformed) {
            kept.remove(slot);
            return false;
        }
    }

    /** The same for a key that came along and is unlikely to come again: nothing of it is kept. */
    public boolean verifyOnce(VerificationKey key, JwsAlgorithm algorithm, byte[] text, byte[] signature) {
        if (!key.serves(algorithm) || !key.couldHaveMade(signature, algorithm)) return false;
        try {
            var verifier = algorithm.signature(provider);
            verifier.initVerify(key.publicKey());
            verifier.update(text);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException malformed) {
            return false;
        }
    }

    public byte[] sign(SigningKey key, byte[] text) {
        var kept = ofThread.get();
        var slot = new Slot(key, key.algorithm());
        try {
            var signer = kept.get(slot);
            if (signer == null) {
                signer = key.algorithm().signature(provider);
                signer.initSign(key.privateKey());
                kept.put(slot, signer);
            }
            signer.update(text);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            kept.remove(slot);
            throw new IllegalStateException("the key " + key.kid() + " does not sign", e);
        }
    }

    /** Keys here are compared by identity. */
    private record Slot(Object key, JwsAlgorithm algorithm) {}

    private static final class Kept extends LinkedHashMap<Slot, Signature> {
        private static final long serialVersionUID = 1L;

        Kept() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Slot, Signature> eldest) {
            return size() > KEPT_PER_THREAD;
        }
    }
}
