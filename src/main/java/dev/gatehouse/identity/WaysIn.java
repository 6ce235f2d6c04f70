package dev.gatehouse.identity;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.Config.LoginSettings;
import dev.gatehouse.config.LoginProvider;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** What people of this house come in by, as the file has it now; {@code providers} are those of the file. Nobody takes the last one from their account. */
public record WaysIn(boolean password, boolean passkeys, List<String> providers) {
    static final String LEFT =
            """
            SELECT ($2::boolean AND EXISTS (SELECT FROM account WHERE id = $1 AND password_hash IS NOT NULL))
                OR ($3::boolean AND EXISTS (SELECT FROM passkey WHERE account_id = $1))
                OR EXISTS (SELECT FROM foreign_identity WHERE account_id = $1 AND provider = ANY ($4::text[])) AS "left"
            """;

    public WaysIn {
        providers = List.copyOf(providers);
    }

    public static WaysIn of(Config config) {
        LoginSettings login = config.login();
        return new WaysIn(
                login.enabled(),
                login.passkey(),
                login.others().all().stream().map(LoginProvider::name).toList());
    }

    /** Refuses the transaction that took a way from an account and left none. It holds the account ({@link HeldAccount}), so that of two at once the second sees what the first left. */
    Future<Void> checkLeft(SqlConnection transaction, UserId account) {
        var values = Tuple.of(account.value(), password, passkeys, providers.toArray(String[]::new));
        return transaction
                .preparedQuery(LEFT)
                .execute(values)
                .compose(rows -> rows.iterator().next().getBoolean("left")
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                Reason.LAST_WAY_IN.because("Without it nobody could come into the account.")));
    }
}
