package dev.gatehouse.identity;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.Terms;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Who has what to do before they are given anything, as the file has it at this moment. */
public final class Dues {
    private final Supplier<Config> config;

    public Dues(Supplier<Config> config) {
        this.config = config;
    }

    public Set<Due> of(Person person) {
        Traits traits = person.traits();
        Optional<String> terms = config.get().accounts().terms().map(Terms::version);
        var dues = EnumSet.noneOf(Due.class);
        if (terms.isPresent() && !traits.terms().equals(terms)) dues.add(Due.TERMS);
        if (isMailToBeVerified() && traits.isMailUnverified()) dues.add(Due.MAIL);
        return dues;
    }

    /** The one to do first. */
    public Optional<Due> first(Person person) {
        return of(person).stream().findFirst();
    }

    /** Whether this house gives tokens to those alone who have verified an address. */
    public boolean isMailToBeVerified() {
        Config now = config.get();
        return now.accounts().verifyEmail() && now.email().smtp().isPresent();
    }
}
