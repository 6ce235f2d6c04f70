package dev.gatehouse.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The files beside {@code gatehouse.yaml} whose content is part of the settings: when one of them changes, all is read again. */
public final class WatchedFiles {
    private WatchedFiles() {}

    public static Set<Path> of(Config config) {
        List<Path> files = new ArrayList<>();
        for (ForeignIssuer issuer : config.issuers().values()) issuer.keyFile().ifPresent(files::add);
        for (DoorSettings.Certificate certificate : config.door().tls()) {
            files.add(certificate.cert());
            files.add(certificate.key());
        }
        for (OwnTexts texts : config.branding().texts()) files.add(texts.file());
        config.outbound().ca().ifPresent(files::add);
        for (Config.Api api : config.apis().values()) {
            if (api.upstream() instanceof OwnAnswer.Fixed fixed) fixed.file().ifPresent(files::add);
            if (!(api.upstream() instanceof Config.Upstream.Http http)) continue;
            UpstreamTlsSettings tls = http.settings().tls();
            tls.ca().ifPresent(files::add);
            tls.cert().ifPresent(files::add);
            tls.key().ifPresent(files::add);
        }
        return new LinkedHashSet<>(files);
    }
}
