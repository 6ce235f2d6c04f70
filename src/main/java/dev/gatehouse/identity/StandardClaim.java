package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.Scopes;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What OpenID Connect lets be said of a person (Core §5.1), under which scope it is said (§5.4), and what it may look like. */
public enum StandardClaim {
    NAME("profile", ClaimForm.TEXT),
    GIVEN_NAME("profile", ClaimForm.TEXT),
    FAMILY_NAME("profile", ClaimForm.TEXT),
    MIDDLE_NAME("profile", ClaimForm.TEXT),
    NICKNAME("profile", ClaimForm.TEXT),
    PREFERRED_USERNAME("profile", ClaimForm.KEPT_ELSEWHERE),
    PROFILE("profile", ClaimForm.URL),
    PICTURE("profile", ClaimForm.URL),
    WEBSITE("profile", ClaimForm.URL),
    GENDER("profile", ClaimForm.TEXT),
    BIRTHDATE("profile", ClaimForm.DATE),
    ZONEINFO("profile", ClaimForm.ZONE),
    LOCALE("profile", ClaimForm.LANGUAGE),
    UPDATED_AT("profile", ClaimForm.KEPT_ELSEWHERE),
    EMAIL("email", ClaimForm.KEPT_ELSEWHERE),
    EMAIL_VERIFIED("email", ClaimForm.KEPT_ELSEWHERE),
    ADDRESS("address", ClaimForm.ADDRESS),
    PHONE_NUMBER("phone", ClaimForm.PHONE),
    PHONE_NUMBER_VERIFIED("phone", ClaimForm.YES_OR_NO);

    private static final Map<String, StandardClaim> BY_NAME = byName();

    private final String scope;
    private final ClaimForm form;

    StandardClaim(String scope, ClaimForm form) {
        this.scope = scope;
        this.form = form;
    }

    /** The word on the wire. */
    public String claim() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The scope that asks for it together with others. */
    public String scope() {
        return scope;
    }

    ClaimForm form() {
        return form;
    }

    public static Optional<StandardClaim> named(String claim) {
        return Optional.ofNullable(BY_NAME.get(claim));
    }

    /** Everything that those scopes ask for. */
    public static Set<StandardClaim> askedBy(Scopes scopes) {
        var asked = new LinkedHashSet<StandardClaim>();
        for (StandardClaim claim : values()) if (scopes.has(claim.scope)) asked.add(claim);
        return asked;
    }

    private static Map<String, StandardClaim> byName() {
        var names = new LinkedHashMap<String, StandardClaim>();
        Arrays.stream(values()).forEach(claim -> names.put(claim.claim(), claim));
        return Collections.unmodifiableMap(names);
    }
}
