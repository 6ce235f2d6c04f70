package dev.gatehouse.demo;

import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.Profiles;
import dev.gatehouse.identity.Profiles.Change;
import dev.gatehouse.identity.Username;
import dev.gatehouse.ops.Banner.FirstPassword;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Three people to try the gate with, made where they are missing. Their passwords are made too, told once and kept nowhere. */
public final class DemoPeople {
    private record Demo(String name, List<String> roles, Map<String, Object> profile) {}

    private static final List<Demo> PEOPLE = List.of(
            new Demo(
                    "alice",
                    List.of("customer"),
                    Map.ofEntries(
                            Map.entry("name", "Alice Marie Archer"),
                            Map.entry("given_name", "Alice"),
                            Map.entry("middle_name", "Marie"),
                            Map.entry("family_name", "Archer"),
                            Map.entry("nickname", "Ali"),
                            Map.entry("profile", "https://people.example/alice"),
                            Map.entry("picture", "https://people.example/alice.jpg"),
                            Map.entry("website", "https://alice.example/"),
                            Map.entry("gender", "female"),
                            Map.entry("birthdate", "1984-05-17"),
                            Map.entry("zoneinfo", "Europe/Paris"),
                            Map.entry("locale", "en-GB"),
                            Map.entry("phone_number", "+33 1 70 18 99 00"),
                            Map.entry("phone_number_verified", true),
                            Map.entry(
                                    "address",
                                    new JsonObject()
                                            .put("formatted", "12 rue des Lilas\n75020 Paris\nFrance")
                                            .put("street_address", "12 rue des Lilas")
                                            .put("locality", "Paris")
                                            .put("region", "Île-de-France")
                                            .put("postal_code", "75020")
                                            .put("country", "FR")))),
            new Demo("bob", List.of("support"), named("Bob", "Baker", "de-DE", "Europe/Berlin")),
            new Demo("admin", List.of("admin"), named("Ada", "Minton", "en-US", "America/New_York")));

    private final Accounts accounts;
    private final Profiles profiles;
    private final SecureRandom random;

    public DemoPeople(Accounts accounts, Profiles profiles, SecureRandom random) {
        this.accounts = accounts;
        this.profiles = profiles;
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
        var name = new Username(person.name());
        var mail = new EmailAddress(person.name() + "@people.example");
        var known = new Change(person.profile(), Set.of(), Optional.empty(), Optional.of(true));
        return accounts.add(name, password, Optional.of(mail), person.roles(), By.SYSTEM)
                .compose(made -> profiles.change(name, known, By.SYSTEM))
                .map(made -> {
                    told.add(new FirstPassword(
                            person.name(), password.nfc().reveal())); // the banner shows it, this once
                    return told;
                });
    }

    private static Map<String, Object> named(String given, String family, String locale, String zone) {
        return Map.of(
                "name", given + " " + family,
                "given_name", given,
                "family_name", family,
                "locale", locale,
                "zoneinfo", zone);
    }
}
