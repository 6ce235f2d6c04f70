package dev.gatehouse.oauth;

import dev.gatehouse.config.AppType;
import dev.gatehouse.config.Config;
import dev.gatehouse.web.Cors;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Whether a web page's origin is that of an app whose code runs in the page: its scripts call token, userinfo and revocation themselves. */
final class BrowserApps implements Predicate<String> {
    private final Supplier<Config> config;
    private volatile Origins origins;

    private record Origins(Config of, Set<String> all) {}

    BrowserApps(Supplier<Config> config) {
        this.config = config;
        this.origins = origins(config.get());
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // settings are replaced as a whole
    public boolean test(String origin) {
        var now = origins;
        var current = config.get();
        if (now.of != current) {
            now = origins(current);
            origins = now;
        }
        return now.all.contains(origin);
    }

    private static Origins origins(Config config) {
        return new Origins(
                config,
                Cors.originsOf(config.clients().values().stream()
                        .filter(app -> app.type() == AppType.SPA)
                        .flatMap(app -> app.redirect().stream())
                        .toList()));
    }
}
