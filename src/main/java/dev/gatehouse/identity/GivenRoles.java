package dev.gatehouse.identity;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Roles that a provider gives, beside those that an account has anyway. {@code all} is what the account has then, {@code given} what is there for the provider's word alone
 * and goes with it.
 */
record GivenRoles(List<String> all, List<String> given) {
    GivenRoles {
        all = List.copyOf(all);
        given = List.copyOf(given);
    }

    /** {@code now} is what the account has, {@code before} what this provider gave it, {@code others} what other ones did, {@code says} what this one says today. */
    static GivenRoles of(List<String> now, List<String> before, List<String> others, List<String> says) {
        var own = new ArrayList<String>(now);
        own.removeAll(before);
        own.removeAll(others);
        var given = new LinkedHashSet<String>(says);
        Set.copyOf(own).forEach(given::remove);
        var all = new LinkedHashSet<String>(now);
        all.removeAll(before);
        all.addAll(others);
        all.addAll(given);
        return new GivenRoles(List.copyOf(all), List.copyOf(given));
    }

    boolean isNews(List<String> now) {
        return !Set.copyOf(all).equals(Set.copyOf(now));
    }
}
