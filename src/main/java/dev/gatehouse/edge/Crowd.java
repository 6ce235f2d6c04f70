package dev.gatehouse.edge;

import dev.gatehouse.config.CrowdLimits;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.web.ClientAddress;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many there are on all event loops: connections in all and by where they come from, and requests whose answer has not begun. What is one too many is turned away
 * while that is still cheap (decision 0263).
 */
public final class Crowd {
    private final long files;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger towardsApis = new AtomicInteger();
    private final ConcurrentMap<SourceNetwork, Integer> bySource = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger webSockets = new AtomicInteger();

    /** As many connections as anybody allows. */
    Crowd() {
        this(Long.MAX_VALUE);
    }

    /** {@code files}: how many connections the process has room for, callers and APIs together; an eighth of them is kept for APIs ({@link Files}). */
    public Crowd(long files) {
        this.files = files;
    }

    boolean enter(InetAddress from, EdgeSnapshot now) {
        return enter(
                from,
                ClientAddress.isTrusted(from, now.trustProxy()),
                now.limits().crowd());
    }

    /** Counts a connection, and says whether it may stay; {@link #leave} is due in either case. A trusted neighbour speaks for many. */
    boolean enter(InetAddress from, boolean trusted, CrowdLimits limits) {
        int all = connections.incrementAndGet();
        int fromThere = bySource.merge(SourceNetwork.of(from), 1, Integer::sum);
        boolean room = all + towardsApis.get() <= files - files / 8;
        return room && all <= limits.connections() && (trusted || fromThere <= limits.connectionsPerIp());
    }

    void leave(InetAddress from) {
        connections.decrementAndGet();
        bySource.computeIfPresent(SourceNetwork.of(from), (source, count) -> count == 1 ? null : count - 1);
    }

    /** Whether there is room for one more connection to an API; {@link #hungUp} is due when it is over. */
    boolean mayCall() {
        if (towardsApis.incrementAndGet() + connections.get() <= files) return true;
        towardsApis.decrementAndGet();
        return false;
    }

    void hungUp() {
        towardsApis.decrementAndGet();
    }

    /** Takes a place among those who wait for an answer; false when all are taken. */
    boolean admits(CrowdLimits limits) {
        if (waiting.incrementAndGet() <= limits.waiting()) return true;
        waiting.decrementAndGet();
        return false;
    }

    void answerBegins() {
        waiting.decrementAndGet();
    }

    void webSocketOpened() {
        webSockets.incrementAndGet();
    }

    void webSocketClosed() {
        webSockets.decrementAndGet();
    }

    /** WebSockets that are open; the connections of their callers are counted among all others. */
    public int webSockets() {
        return webSockets.get();
    }

    public int waiting() {
        return waiting.get();
    }

    public int connections() {
        return connections.get();
    }

    /** How many addresses and networks are remembered: no more than there are connections. */
    int sources() {
        return bySource.size();
    }
}
