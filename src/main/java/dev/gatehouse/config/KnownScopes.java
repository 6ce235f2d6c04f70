package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH210;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** The scopes that the file defines, and those of OpenID Connect Core §5.4 and §11, which are always there. */
final class KnownScopes {
    static final Set<String> STANDARD = Set.of("openid", "profile", "email", "address", "phone", "offline_access");

    private final Set<String> all = new TreeSet<>(STANDARD);
    private final Faults faults;

    KnownScopes(Collection<String> defined, Faults faults) {
        all.addAll(defined);
        this.faults = faults;
    }

    void check(Text scope) {
        check(scope.text(), scope.place());
    }

    void check(String scope, Place place) {
        if (all.contains(scope) || faults.isFull()) return;
        String help = DidYouMean.question(scope, new ArrayList<>(all))
                .orElse("add it there, with the sentence that people read: `" + scope + ": …`");
        faults.error(GH210, place, "scope `" + scope + "` is not defined under `scopes`", help);
    }
}
