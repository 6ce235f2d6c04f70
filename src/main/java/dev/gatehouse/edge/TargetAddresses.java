package dev.gatehouse.edge;

import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Every address that the name of a target stands for, asked again as names change; nothing for a target that is an address itself. */
final class TargetAddresses {
    /** Waits for its answer. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] addresses(String name) throws UnknownHostException;
    }

    /** Of an address that could not be reached. */
    private static final Duration REST = Duration.ofSeconds(10);

    private final @Nullable String name;
    private final int port;
    private final AtomicInteger turns = new AtomicInteger();
    private volatile List<SocketAddress> known = List.of();
    /** Those that could not be reached, and when that was; never more than are known. */
    private final Map<SocketAddress, Long> unreachable = new ConcurrentHashMap<>();

    private TargetAddresses(@Nullable String name, int port) {
        this.name = name;
        this.port = port;
    }

    static TargetAddresses of(URI url) {
        String host = url.getHost();
        boolean named = host != null && !host.startsWith("[") && !host.matches("[0-9.]+");
        int usual = url.getScheme().endsWith("s") ? 443 : 80;
        return new TargetAddresses(named ? host : null, url.getPort() < 0 ? usual : url.getPort());
    }

    boolean isNamed() {
        return name != null;
    }

    int size() {
        return Math.max(1, known.size());
    }

    /** One after the other, those aside that could not be reached lately, unless that is all of them; null until the name has been looked up, and for addresses. */
    @Nullable
    SocketAddress next(long now) {
        List<SocketAddress> all = known;
        if (all.isEmpty()) return null;
        int turn = turns.getAndIncrement();
        if (unreachable.isEmpty()) return all.get(Math.floorMod(turn, all.size()));
        for (int i = 0; i < all.size(); i++) {
            SocketAddress one = all.get(Math.floorMod(turn + i, all.size()));
            Long since = unreachable.get(one);
            if (since == null || now - since > REST.toNanos()) return one;
        }
        return all.get(Math.floorMod(turn, all.size()));
    }

    /** Nobody else need find that out for a while; of one address there is no choice. */
    void failed(SocketAddress address, long now) {
        if (known.size() > 1 && known.contains(address)) unreachable.put(address, now);
    }

    void reached(SocketAddress address) {
        if (!unreachable.isEmpty()) unreachable.remove(address);
    }

    /** Waits for the system's resolver, which keeps what it learns for half a minute. What was known before stays when the name cannot be looked up. */
    void lookUp() {
        lookUp(InetAddress::getAllByName);
    }

    void lookUp(Resolver resolver) {
        String host = name;
        if (host == null) return;
        try {
            var found = new ArrayList<SocketAddress>();
            for (InetAddress address : resolver.addresses(host))
                found.add(SocketAddress.inetSocketAddress(port, address.getHostAddress()));
            if (found.equals(known)) return;
            known = List.copyOf(found);
            unreachable.keySet().retainAll(found);
        } catch (UnknownHostException gone) {
            // Whoever connects by name hears it, and until then the addresses of before are the best there is.
        }
    }
}
