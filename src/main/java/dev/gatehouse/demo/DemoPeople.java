package dev.gatehouse.demo;

import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.Username;
import dev.gatehouse.ops.Banner.FirstPassword;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Three people to try the gate with, made where they are missing. Their passwords are made too, told once and kept nowhere. */
public final class DemoPeople {
    private record Demo(String name, List<String> roles) {}

    private static final List<Demo> PEOPLE = List.of(
            new Demo("alice", List.of("customer")),
            new Demo("bob", List.of("support")),
            new Demo("admin", List.of("admin")));

    private final Accounts accounts;
    private final SecureRandom random;

    public DemoPeople(Accounts accounts, SecureRandom random) {
        this.accounts = accounts;
        this.random = random;
    }

    public static List<String> names() {
        return PEOPLE.stream().map(Demo::name).toList();
    }

    /** Those that were made just now, with their passwords; empty at every start but the first. */
    public Future<List<FirstPassword>> settle() {
        Future<List<FirstPassword>> settled = Future.succeededFuture(new ArrayList<>());
        for (Demo person : PEOPLE) settled = settled.compose(told -> settle(person, told));
        return settled.map(List::copyOf);
    }

    private Future<List<FirstPassword>> settle(Demo person, List<FirstPassword> told) {
        return accounts.find(new Username(person.name()))
                .compose(found -> found.isPresent() ? Future.succeededFuture(told) : make(person, told));
    }

    private Future<List<FirstPassword>> make(Demo person, List<FirstPassword> told) {
        var password = Password.generated(random);
        return accounts.add(new Username(person.name()), password, Optional.empty(), person.roles(), By.SYSTEM)
                .map(made -> {
                    told.add(new FirstPassword(
                            person.name(), password.nfc().reveal())); // the banner shows it, this once
                    return told;
                });
    }
}
