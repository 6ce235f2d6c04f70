package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/** Who changes things of an account that are counted or renewed as a whole holds its row meanwhile, so that of two at once one comes first. */
final class HeldAccount {
    static final String HOLD = "SELECT id FROM account WHERE id = $1 AND locked_at IS NULL FOR NO KEY UPDATE";

    private HeldAccount() {}

    /** Until the transaction ends; refused for an account that is gone or locked. */
    static Future<Void> hold(SqlConnection transaction, UserId account) {
        return transaction
                .preparedQuery(HOLD)
                .execute(Tuple.of(account.value()))
                .compose(held -> held.size() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(Reason.LOGIN_REQUIRED.because("This account cannot be used.")));
    }
}
