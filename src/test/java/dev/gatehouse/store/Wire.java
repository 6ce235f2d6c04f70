package dev.gatehouse.store;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.pgclient.PgConnectOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A wire between a node and its server that a test can cut, silence and mend: a plain forwarder on a loopback port. */
public final class Wire implements AutoCloseable {
    private enum State {
        WHOLE,
        CUT,
        SILENT
    }

    private final PgConnectOptions server;
    private final NetServer listener;
    private final NetClient client;
    private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
    private volatile State state = State.WHOLE;

    private Wire(PgConnectOptions server, Vertx vertx) {
        this.server = server;
        this.client = vertx.createNetClient();
        this.listener = vertx.createNetServer().connectHandler(this::connected);
        TestDatabase.await(listener.listen(0, "127.0.0.1"));
    }

    public static Wire to(PgConnectOptions server, Vertx vertx) {
        return new Wire(server, vertx);
    }

    /** The way to the server over this wire. */
    public PgConnectOptions options() {
        return new PgConnectOptions(server).setHost("127.0.0.1").setPort(listener.actualPort());
    }

    /** Connections break, new ones are refused. */
    public void cut() {
        state = State.CUT;
        open.forEach(NetSocket::close);
    }

    /** Connections stay and carry nothing. */
    public void silence() {
        state = State.SILENT;
    }

    /** New connections work; silent ones stay silent. */
    public void mend() {
        state = State.WHOLE;
    }

    @Override
    public void close() {
        cut();
        TestDatabase.await(listener.close().eventually(client::close));
    }

    private void connected(NetSocket near) {
        if (state == State.CUT) {
            near.close();
            return;
        }
        open.add(near);
        near.closeHandler(gone -> open.remove(near));
        near.pause();
        client.connect(SocketAddress.domainSocketAddress(server.getHost() + "/" + Postmaster.socket(server.getPort())))
                .onSuccess(far -> join(near, far))
                .onFailure(failure -> near.close());
    }

    private void join(NetSocket near, NetSocket far) {
        open.add(far);
        boolean[] mute = {false};
        near.handler(data -> {
            mute[0] |= state == State.SILENT;
            if (!mute[0]) far.write(data);
        });
        far.handler(data -> {
            mute[0] |= state == State.SILENT;
            if (!mute[0]) near.write(data);
        });
        near.closeHandler(gone -> far.close());
        far.closeHandler(gone -> near.close());
        near.resume();
    }
}
