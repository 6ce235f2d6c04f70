package dev.gatehouse.identity;

import dev.gatehouse.identity.Profiles.Change;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What people may say of themselves, as the fields of a form. A field is a claim by its name or a part of the address, {@code address.locality}; nothing else of what
 * somebody sends is read, so what others vouch for (a verified number, roles, a tenant) cannot be said this way.
 */
public final class OwnProfile {
    private static final String ADDRESS = "address.";
    private static final String WHOLE_ADDRESS = ADDRESS + "formatted";

    /** In the order in which OpenID Connect lists them; the parts of the address come last. */
    public static final List<String> FIELDS = fields();

    private OwnProfile() {}

    /** {@code faults}: for each field that cannot be so, the form that it should have: {@code text}, {@code url}, {@code date}… Nothing is to be changed where there are any. */
    public record Judged(Change change, Map<String, String> faults) {
        public Judged {
            faults = Map.copyOf(faults);
        }
    }

    /** What the form shows; empty text where nothing is known. */
    public static String shown(Profile profile, String field) {
        var kept = new JsonObject(profile.kept());
        Object value = isPart(field)
                ? Optional.ofNullable(kept.getJsonObject("address"))
                        .map(address -> address.getValue(part(field)))
                        .orElse(null)
                : kept.getValue(field);
        return value == null ? "" : value.toString();
    }

    /** Only what is different is looked at and changed: a number that stays keeps what is known of it. */
    public static Judged judged(Profile now, Function<String, Optional<String>> written) {
        var set = new HashMap<String, Object>();
        var unset = new HashSet<String>();
        var faults = new HashMap<String, String>();
        for (String field : FIELDS) {
            String text = written(field, written);
            String before = shown(now, field);
            if (text.equals(before)) continue;
            if (text.isEmpty()) unset.add(field);
            else if (isRight(field, text)) set.put(field, text);
            else faults.put(field, form(field).name().toLowerCase(Locale.ROOT));
        }
        boolean moves = set.keySet().stream().anyMatch(OwnProfile::isPart)
                || unset.stream().anyMatch(OwnProfile::isPart);
        if (moves && !shown(now, WHOLE_ADDRESS).isEmpty()) unset.add(WHOLE_ADDRESS);
        return new Judged(new Change(set, unset, Optional.empty(), Optional.empty()), faults);
    }

    /** Browsers end the lines of a field with two characters (WHATWG HTML §4.10.21.4). */
    static String written(String field, Function<String, Optional<String>> written) {
        return written.apply(field).orElse("").replace("\r\n", "\n").strip();
    }

    private static boolean isRight(String field, String text) {
        try {
            form(field).read(field, isPart(field) ? new JsonObject().put(part(field), text) : text);
            return true;
        } catch (Refusal wrong) {
            return false;
        }
    }

    private static ClaimForm form(String field) {
        return isPart(field)
                ? ClaimForm.ADDRESS
                : StandardClaim.named(field).orElseThrow().form();
    }

    private static boolean isPart(String field) {
        return field.startsWith(ADDRESS);
    }

    private static String part(String field) {
        return field.substring(ADDRESS.length());
    }

    private static List<String> fields() {
        var fields = new ArrayList<String>();
        for (StandardClaim claim : StandardClaim.values())
            switch (claim.form()) {
                case TEXT, URL, DATE, ZONE, LANGUAGE, PHONE -> fields.add(claim.claim());
                case ADDRESS, YES_OR_NO, KEPT_ELSEWHERE -> {}
            }
        for (String part : ClaimForm.ADDRESS_PARTS)
            if (!WHOLE_ADDRESS.equals(ADDRESS + part)) fields.add(ADDRESS + part);
        return List.copyOf(fields);
    }
}
