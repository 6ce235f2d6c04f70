package dev.gatehouse.config;

import java.nio.file.Path;
import java.util.Optional;

/** How an upstream is met by TLS. {@code cert} and {@code key} come together. */
public record UpstreamTlsSettings(
        @Setting(
                        form = Form.PATH_OF_FILE,
                        value = "A file of certificates (PEM) that are trusted here instead of all others.",
                        leftOut = "what everybody trusts, and `outbound.ca`",
                        example = "certs/orders-ca.pem")
                Optional<Path> ca,
        @Setting(
                        form = Form.PATH_OF_FILE,
                        value = "The certificate (PEM) that the gate shows to the upstream, with those it hangs on.",
                        leftOut = "none is shown",
                        example = "certs/gate.pem")
                Optional<Path> cert,
        @Setting(
                        form = Form.PATH_OF_FILE,
                        value = "Its private key (PEM, PKCS #8).",
                        leftOut = "none",
                        example = "certs/gate.key")
                Optional<Path> key,
        @Setting(
                        form = Form.TEXT,
                        value = "The name that is asked for and that the certificate must have.",
                        leftOut = "the host of the URL",
                        example = "orders.internal")
                Optional<String> name) {
    public static final UpstreamTlsSettings USUAL =
            new UpstreamTlsSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
