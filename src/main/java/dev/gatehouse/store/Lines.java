package dev.gatehouse.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;

/**
 * The connections in use: a few for single statements, pipelined, a pool for transactions, and one for the probe, which must not queue behind a
 * slow statement. Replaced as a whole when they fall silent.
 */
record Lines(SqlClient statements, Pool transactions, SqlClient probe) {
    static final int PIPELINED = 4;
    private static final int PIPELINE_DEPTH = 256;
    private static final int TRANSACTIONS = 8;
    private static final int PROBES = 8;
    private static final int MAX_WAITING = 1_000;
    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final Duration CONNECT = Duration.ofSeconds(3);

    static Lines draw(Vertx vertx, PgConnectOptions options) {
        var net = new NetClientOptions()
                .setConnectTimeout((int) CONNECT.toMillis())
                .setTcpKeepAlive(true);
        var many = new PoolOptions().setMaxSize(PIPELINED).setMaxWaitQueueSize(MAX_WAITING);
        var one = new PoolOptions()
                .setMaxSize(TRANSACTIONS)
                .setMaxWaitQueueSize(MAX_WAITING)
                .setConnectionTimeout((int) WAIT.toMillis())
                .setConnectionTimeoutUnit(MILLISECONDS);
        return new Lines(
                PgBuilder.client()
                        .with(many)
                        .with(net)
                        .connectingTo(new PgConnectOptions(options).setPipeliningLimit(PIPELINE_DEPTH))
                        .using(vertx)
                        .build(),
                PgBuilder.pool()
                        .with(one)
                        .with(net)
                        .connectingTo(options)
                        .using(vertx)
                        .build(),
                PgBuilder.client()
                        .with(new PoolOptions().setMaxSize(1).setMaxWaitQueueSize(PROBES))
                        .with(net)
                        .connectingTo(options)
                        .using(vertx)
                        .build());
    }

    Future<Void> close() {
        return Future.join(statements.close(), transactions.close(), probe.close())
                .mapEmpty();
    }
}
