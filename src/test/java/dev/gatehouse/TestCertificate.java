package dev.gatehouse;

import dev.gatehouse.vocabulary.CertifiedKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A certificate that is its own root, and its key, as PEM files. Making one takes long, so that each kind is made once per JVM. */
public record TestCertificate(Path cert, Path key) {
    private static final Map<String, TestCertificate> MADE = new ConcurrentHashMap<>();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String PASSWORD = "changeit";

    /** For these names, {@code dns:} or {@code ip:} before each, as keytool writes them. */
    public static TestCertificate ofKind(String algorithm, String... names) {
        return MADE.computeIfAbsent(
                algorithm + String.join(",", names), some -> made(algorithm, "san=" + String.join(",", names)));
    }

    public static TestCertificate of(String... names) {
        return ofKind("EC", names);
    }

    /** Another one of the same names. */
    public static TestCertificate another(String... names) {
        return made("EC", "san=" + String.join(",", names));
    }

    /** For a host of any octets, which keytool would not write down. */
    public static TestCertificate ofOctets(String host) {
        byte[] name = host.getBytes(StandardCharsets.ISO_8859_1);
        byte[] names = new byte[name.length + 4];
        names[0] = 0x30;
        names[1] = (byte) (name.length + 2);
        names[2] = (byte) 0x82;
        names[3] = (byte) name.length;
        System.arraycopy(name, 0, names, 4, name.length);
        return made("EC", "2.5.29.17=" + HexFormat.of().formatHex(names));
    }

    public X509Certificate certificate() throws IOException, GeneralSecurityException {
        return CertifiedKey.certificates(cert).get(0);
    }

    /** {@code names}: the extension that says them, as keytool takes it. */
    private static TestCertificate made(String algorithm, String names) {
        try {
            Path folder = Files.createTempDirectory("gatehouse-certificate");
            Path store = folder.resolve("store.p12");
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "one",
                            "-keyalg",
                            algorithm,
                            "-dname",
                            "CN=" + NUMBER.incrementAndGet(),
                            "-ext",
                            names,
                            "-ext",
                            "bc=ca:true",
                            "-validity",
                            "30",
                            "-keystore",
                            store.toString(),
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) throw new IllegalStateException(said);
            return written(folder, store);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } catch (GeneralSecurityException | InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static TestCertificate written(Path folder, Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        return new TestCertificate(
                pem(folder, "CERTIFICATE", keys.getCertificate("one").getEncoded()),
                pem(
                        folder,
                        "PRIVATE KEY",
                        keys.getKey("one", PASSWORD.toCharArray()).getEncoded()));
    }

    private static Path pem(Path folder, String what, byte[] encoded) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return Files.writeString(
                folder.resolve(what.replace(' ', '-') + ".pem"),
                "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }
}
