package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.OwnProfile;
import dev.gatehouse.identity.Profile;
import dev.gatehouse.identity.Profiles;
import dev.gatehouse.identity.Username;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** /account/profile: what apps are told of a person who lets them, in that person's own words. */
public final class ProfilePage {
    static final String PATH = "/account/profile";

    private static final String FORM = "profile";

    /** What browsers may fill in (WHATWG HTML §4.10.18.7). */
    private static final Map<String, String> AUTOCOMPLETE = Map.ofEntries(
            Map.entry("name", "name"),
            Map.entry("given_name", "given-name"),
            Map.entry("family_name", "family-name"),
            Map.entry("middle_name", "additional-name"),
            Map.entry("nickname", "nickname"),
            Map.entry("website", "url"),
            Map.entry("gender", "sex"),
            Map.entry("birthdate", "bday"),
            Map.entry("locale", "language"),
            Map.entry("phone_number", "tel"),
            Map.entry("address.street_address", "street-address"),
            Map.entry("address.locality", "address-level2"),
            Map.entry("address.region", "address-level1"),
            Map.entry("address.postal_code", "postal-code"),
            Map.entry("address.country", "country-name"));

    private final Visitors visitors;
    private final Profiles profiles;

    ProfilePage(House house, Visitors visitors) {
        this.visitors = visitors;
        this.profiles = new Profiles(house.database(), house.trail());
    }

    /** What the template shows. {@code saved}: what was sent is kept; {@code wrong}: nothing is, since some of it cannot be. */
    public record View(String proof, List<Field> fields, boolean saved, boolean wrong) {}

    /** {@code form} is empty for one that is right, and otherwise says what it should look like. */
    public record Field(String name, String value, String autocomplete, String form) {
        public String id() {
            return name.replace('.', '-');
        }

        public boolean hasLines() {
            return name.equals("address.street_address");
        }

        public boolean isWrong() {
            return !form.isEmpty();
        }
    }

    Future<Reply> show(Call call) {
        return visitors.of(call).compose(visitor -> FreshProof.nobody(visitor, PATH)
                .map(Future::succeededFuture)
                .orElseGet(() -> profile(visitor).map(now -> page(200, visitor, shown(now), Map.of()))));
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> nobody = FreshProof.nobody(visitor, PATH);
            if (nobody.isPresent()) return Future.succeededFuture(nobody.get());
            visitors.check(call, visitor, FORM);
            var by = new By(
                    Optional.of(visitor.person().id().value()),
                    Source.address(call.clientAddress().getHostAddress()));
            return profile(visitor).compose(now -> changed(visitor, now, by));
        });
    }

    private Future<Reply> changed(Visitor visitor, Profile now, By by) {
        var judged = OwnProfile.judged(now, visitor.sent()::field);
        if (!judged.faults().isEmpty())
            return Future.succeededFuture(
                    page(422, visitor, field -> visitor.sent().field(field).orElse(""), judged.faults()));
        Future<?> kept = judged.change().isNothing()
                ? Future.succeededFuture()
                : profiles.change(new Username(now.username()), judged.change(), by);
        return kept.map(done -> Reply.seeOther(visitor.visit().onwardTo(PATH + "?saved=1")));
    }

    private Future<Profile> profile(Visitor visitor) {
        return profiles.of(visitor.person().id())
                .map(found -> found.orElseThrow(() -> Reason.SIGN_IN_OVER.because("The account is gone.")));
    }

    private static Function<String, String> shown(Profile now) {
        return field -> OwnProfile.shown(now, field);
    }

    private Reply page(int status, Visitor visitor, Function<String, String> values, Map<String, String> faults) {
        var fields = OwnProfile.FIELDS.stream()
                .map(name -> new Field(
                        name,
                        values.apply(name),
                        AUTOCOMPLETE.getOrDefault(name, "off"),
                        faults.getOrDefault(name, "")))
                .toList();
        boolean saved = faults.isEmpty() && visitor.sent().field("saved").isPresent();
        return visitors.page(
                status, "profile", visitor, new View(visitors.proof(visitor, FORM), fields, saved, !faults.isEmpty()));
    }
}
