package dev.gatehouse.outbound;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** All addresses of a name; fails for a name that nobody knows. */
@FunctionalInterface
interface Names {
    Future<List<InetAddress>> addresses(String host);

    /** As this machine resolves names, with its own hosts file; that waits, so it has threads of its own. */
    static Names ofThisMachine(Vertx vertx) {
        WorkerExecutor threads = vertx.createSharedWorkerExecutor("gatehouse-names", 4, 60, TimeUnit.SECONDS);
        return host -> threads.executeBlocking(() -> List.of(InetAddress.getAllByName(host)), false);
    }
}
