package dev.gatehouse.vocabulary;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A certificate with those it hangs on, its own first, and the private key that belongs to it: read from two PEM files. */
public record CertifiedKey(List<X509Certificate> chain, PrivateKey key) {
    private static final int LARGEST = 1 << 20;

    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private static final List<String> KINDS = List.of("EC", "RSA", "EdDSA");

    /** What is wrong with the files, in words for whoever wrote their names down. */
    public static final class Unusable extends GeneralSecurityException {
        private static final long serialVersionUID = 1L;

        Unusable(String what) {
            super(what);
        }
    }

    public CertifiedKey {
        chain = List.copyOf(chain);
    }

    /** Reads files: not on an event loop. */
    public static CertifiedKey read(Path cert, Path key) throws IOException, GeneralSecurityException {
        var read = new CertifiedKey(certificates(bytes(cert)), key(bytes(key)));
        if (!read.belongTogether()) throw new Unusable("the key is not that of the certificate");
        return read;
    }

    public static List<X509Certificate> certificates(Path file) throws IOException, Unusable {
        return certificates(bytes(file));
    }

    private static List<X509Certificate> certificates(byte[] pem) throws Unusable {
        var found = new ArrayList<X509Certificate>();
        try {
            for (var certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)))
                found.add((X509Certificate) certificate);
        } catch (GeneralSecurityException broken) {
            throw new Unusable("the file holds no certificates that can be read (PEM)");
        }
        if (found.isEmpty()) throw new Unusable("the file holds no certificate (PEM)");
        return found;
    }

    private static PrivateKey key(byte[] pem) throws Unusable {
        Matcher found = PRIVATE_KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!found.find())
            throw new Unusable(
                    "the file holds no `BEGIN PRIVATE KEY`; `openssl pkcs8 -topk8 -nocrypt` makes one of other kinds");
        byte[] encoded = Base64.getMimeDecoder().decode(found.group(1));
        for (String kind : KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (GeneralSecurityException another) {
                // Not of this kind; PKCS #8 names its kind, and the next one is asked.
            }
        }
        throw new Unusable("the private key is of no kind that is known here: " + String.join(", ", KINDS));
    }

    private boolean belongTogether() throws GeneralSecurityException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> "EdDSA";
                };
        try {
            var signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(chain.get(0).getEncoded());
            var verifier = Signature.getInstance(algorithm);
            verifier.initVerify(chain.get(0).getPublicKey());
            verifier.update(chain.get(0).getEncoded());
            return verifier.verify(signer.sign());
        } catch (InvalidKeyException otherKind) {
            return false;
        }
    }

    private static byte[] bytes(Path file) throws IOException, Unusable {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) throw new Unusable("the file is larger than 1 MiB");
            return bytes;
        }
    }
}
