package dev.gatehouse.store;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotification;
import io.vertx.sqlclient.SqlConnection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * LISTEN on one connection of its own. PostgreSQL forgets notices for a listener that is away, so a notice only says "look again",
 * and everybody is asked to look again after every connect.
 */
public final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

    private final Map<String, Set<Consumer<String>>> listeners = new ConcurrentHashMap<>();
    private final StandingConnection connection;

    private Notices(Database database) {
        this.connection = new StandingConnection(database, "notices", this::listenToAll, () -> {});
    }

    /** Starts listening; connects in the background and again whenever the connection is lost. */
    public static Notices open(Database database) {
        var notices = new Notices(database);
        notices.connection.open();
        return notices;
    }

    /** Runs {@code onNotice} at every notice on the channel and after every (re)connect, on a Vert.x context; it must not block. */
    public void listen(String channel, Runnable onNotice) {
        listen(channel, word -> onNotice.run());
    }

    /** The same, with what the notice says; nothing after a (re)connect, when anything may have been missed. */
    public void listen(String channel, Consumer<String> onNotice) {
        if (!channel.matches("[a-z_]{1,63}")) throw new IllegalArgumentException("not a channel name: " + channel);
        listeners
                .computeIfAbsent(channel, first -> ConcurrentHashMap.newKeySet())
                .add(onNotice);
        connection.now().ifPresent(open -> listen(open, channel).onSuccess(done -> run(onNotice, "")));
    }

    public Future<Void> close() {
        return connection.close();
    }

    private Future<Void> listenToAll(PgConnection open) {
        open.notificationHandler(this::told);
        Future<Void> all = Future.succeededFuture();
        for (String channel : listeners.keySet()) all = all.compose(before -> listen(open, channel));
        return all.onSuccess(done -> listeners.values().forEach(these -> these.forEach(each -> run(each, ""))));
    }

    private static Future<Void> listen(SqlConnection open, String channel) {
        return open.query("LISTEN " + channel).execute().mapEmpty();
    }

    private void told(PgNotification notice) {
        listeners.getOrDefault(notice.getChannel(), Set.of()).forEach(each -> run(each, notice.getPayload()));
    }

    private static void run(Consumer<String> onNotice, String word) {
        try {
            onNotice.accept(word);
        } catch (RuntimeException failure) {
            LOG.error("a listener failed", failure);
        }
    }
}
