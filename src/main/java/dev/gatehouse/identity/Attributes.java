package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent.AccountChanged;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What operators say of people, for claims of their tokens: texts, numbers, yes or no, and lists of texts. Nobody says it of themselves. */
public final class Attributes {
    static final String FIND = "SELECT attributes FROM account WHERE username_key = $1";

    static final String HOLD = "SELECT id, attributes FROM account WHERE username_key = $1 FOR UPDATE";

    static final String KEEP = "UPDATE account SET attributes = $2 WHERE id = $1";

    /** Most bytes of all together, as JSON: they may travel in every token. */
    public static final int MOST_BYTES = 2048;

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");
    private static final Set<String> KNOWN_OTHERWISE = Set.of("username", "roles", "groups", "id");

    private final Database database;
    private final AuditTrail trail;

    public Attributes(Database database, AuditTrail trail) {
        this.database = database;
        this.trail = trail;
    }

    /** Empty when nobody has the name. */
    public Future<Optional<JsonObject>> of(Username name) {
        return database.query(FIND, Tuple.of(name.key()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getJsonObject("attributes")));
    }

    /** All that there are then; empty when nobody has the name. */
    public Future<Optional<JsonObject>> change(Username name, Map<String, Object> set, Set<String> unset, By by) {
        set.forEach(Attributes::check);
        return database.inTransaction(transaction -> transaction
                .preparedQuery(HOLD)
                .execute(Tuple.of(name.key()))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(Optional.<JsonObject>empty())
                        : changed(transaction, rows.iterator().next(), set, unset, by)));
    }

    private Future<Optional<JsonObject>> changed(
            SqlConnection transaction, Row held, Map<String, Object> set, Set<String> unset, By by) {
        JsonObject after = held.getJsonObject("attributes").copy();
        unset.forEach(after::remove);
        set.forEach(after::put);
        if (after.toBuffer().length() > MOST_BYTES)
            throw wrong("these attributes have more than " + MOST_BYTES + " bytes together");
        var account = new UserId(held.getString("id"));
        return transaction
                .preparedQuery(KEEP)
                .execute(Tuple.of(account.value(), after))
                .compose(kept ->
                        trail.record(transaction, new AccountChanged(account, "attributes", by.actor(), by.source())))
                .map(Optional.of(after));
    }

    private static void check(String name, Object value) {
        if (!NAME.matcher(name).matches())
            throw wrong("an attribute begins with a letter and has letters, digits and `_`, at most 64");
        if (KNOWN_OTHERWISE.contains(name) || StandardClaim.named(name).isPresent())
            throw wrong("`" + name + "` is known otherwise; `gatehouse user` has other commands for it");
        boolean list = value instanceof JsonArray many && many.stream().allMatch(String.class::isInstance);
        if (!list && !(value instanceof String) && !(value instanceof Number) && !(value instanceof Boolean))
            throw wrong("`" + name + "` can be a text, a number, true, false or a list of texts");
    }

    private static Refusal wrong(String why) {
        return Reason.BAD_REQUEST.because(why);
    }
}
