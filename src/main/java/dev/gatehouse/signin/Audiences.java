package dev.gatehouse.signin;

import dev.gatehouse.config.Config;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** For whom tokens can be meant: the house itself, and each API that has an {@code audience} of its own (RFC 8707 §2). */
public final class Audiences {
    private Audiences() {}

    /** Every audience there is; the house's own is first. */
    public static Set<String> all(Config config, String url) {
        var all = new LinkedHashSet<String>();
        all.add(url);
        config.apis().values().stream()
                .map(api -> api.ownAudienceAt(url))
                .flatMap(Optional::stream)
                .forEach(all::add);
        return all;
    }

    /** What the values of `resource` ask for; nothing asked for is the house. Empty when one of them is unknown. */
    public static Optional<List<String>> wanted(List<String> resources, Config config, String url) {
        if (resources.isEmpty()) return Optional.of(List.of(url));
        var wanted = List.copyOf(new LinkedHashSet<>(resources));
        return all(config, url).containsAll(wanted) ? Optional.of(wanted) : Optional.empty();
    }
}
