package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Cidr;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Calls of ours to addresses that others name: keys, metadata, logout. */
public record OutboundSettings(
        @Setting(
                        form = Form.NETWORKS,
                        value =
                                "Private networks that may be called as well; without it only public addresses are, by https.",
                        byDefault = "[]",
                        example = "[10.20.0.0/16]")
                List<Cidr> allow,
        @Setting(
                        form = Form.PATH_OF_FILE,
                        value = "A file of certificates (PEM) that are trusted beside those everybody trusts.",
                        leftOut = "none",
                        example = "certs/internal-ca.pem")
                Optional<Path> ca) {
    public static final OutboundSettings PUBLIC_ONLY = new OutboundSettings(List.of(), Optional.empty());
}
