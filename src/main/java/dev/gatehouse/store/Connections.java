package dev.gatehouse.store;

import io.vertx.pgclient.PgConnectOptions;

/** What every connection of ours says when it opens, whatever the server's own defaults are. */
final class Connections {
    private static final int MAX_PREPARED = 256;
    private static final int MAX_PREPARED_LENGTH = 4_096;

    private Connections() {}

    static PgConnectOptions settled(PgConnectOptions options) {
        return new PgConnectOptions(options)
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(MAX_PREPARED)
                .setPreparedStatementCacheSqlLimit(MAX_PREPARED_LENGTH)
                .addProperty("application_name", "gatehouse")
                .addProperty("TimeZone", "UTC")
                .addProperty("synchronous_commit", "on")
                // Every statement finds its rows by an index, whatever the tables look like: it is planned once, for
                // ever the same, and never compiled.
                .addProperty("plan_cache_mode", "force_generic_plan")
                .addProperty("enable_seqscan", "off")
                .addProperty("jit", "off")
                .addProperty("statement_timeout", "5000")
                .addProperty("idle_in_transaction_session_timeout", "15000");
    }
}
