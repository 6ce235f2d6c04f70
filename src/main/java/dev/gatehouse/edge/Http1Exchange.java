package dev.gatehouse.edge;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An exchange over HTTP/1.1 (RFC 9112): the request is written as octets right away, the answer comes decoded from the connection. */
final class Http1Exchange implements UpstreamExchange {
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final MultiMap NONE = MultiMap.caseInsensitiveMultiMap();
    private static final int CRLF = 0x0d0a;
    private static final int COLON_SPACE = 0x3a20;

    private final Http1Connection connection;
    private final boolean reused;
    private final boolean head;
    /** The head as far as it has been said; null once it is on its way. */
    private @Nullable ByteBuf said;

    private @Nullable Events events;
    private boolean chunked;
    private boolean bounded;
    private boolean upgradable;
    private boolean upgraded;

    Http1Exchange(Http1Connection connection, boolean reused, String method, String uri, String authority) {
        this.connection = connection;
        this.reused = reused;
        this.head = method.equals("HEAD");
        ByteBuf line = connection.buffer();
        said = line;
        text(line, method).writeByte(' ');
        text(line, uri).writeByte(' ');
        text(line, "HTTP/1.1").writeShort(CRLF);
        field("Host", authority);
    }

    @Override
    public void tell(Events to) {
        events = to;
    }

    @Override
    public boolean isStream() {
        return false;
    }

    @Override
    public boolean isReused() {
        return reused;
    }

    // ── the request ──────────────────────────────────────────────────────────────────────────────────────────────

    @Override
    public void field(String name, String value) {
        ByteBuf open = said;
        if (open == null) throw new IllegalStateException("the head has been sent");
        check(name, value);
        text(open, name).writeShort(COLON_SPACE);
        text(open, value).writeShort(CRLF);
    }

    /** The last look: what is wrong here has been refused long before. */
    private static void check(String name, String value) {
        boolean sound = !name.isEmpty();
        for (int i = 0; i < name.length(); i++)
            sound &= name.charAt(i) > ' ' && name.charAt(i) < 0x7f && name.charAt(i) != ':';
        for (int i = 0; i < value.length(); i++) {
            char some = value.charAt(i);
            sound &= some != '\r' && some != '\n' && some != 0 && some <= 0xff;
        }
        if (!sound) throw new IllegalArgumentException("not a field: " + name);
    }

    /** One octet for each character; none has more. */
    private static ByteBuf text(ByteBuf to, String text) {
        to.writeCharSequence(text, StandardCharsets.US_ASCII);
        return to;
    }

    @Override
    public void askTrailers() {
        field("TE", "trailers");
        field("Connection", "TE");
    }

    @Override
    public void askUpgrade() {
        upgradable = true;
        field("Connection", "Upgrade");
        field("Upgrade", "websocket");
    }

    @Override
    public void announceBody(long length) {
        chunked = length < 0;
        bounded = !chunked;
        if (chunked) field("Transfer-Encoding", "chunked");
        else field("Content-Length", Long.toString(length));
    }

    @Override
    public void sendHead() {
        if (writeHead()) connection.flush();
    }

    /** False: it is on its way already. */
    private boolean writeHead() {
        ByteBuf open = said;
        if (open == null) return false;
        said = null;
        connection.write(open.writeShort(CRLF));
        return true;
    }

    @Override
    public void write(Buffer octets, boolean last) {
        if (isOver()) return;
        writeHead();
        ByteBuf some = ((BufferInternal) octets).getByteBuf();
        if (chunked && some.isReadable()) {
            connection.write(text(connection.buffer(), Integer.toHexString(some.readableBytes()))
                    .writeShort(CRLF));
            connection.write(some);
            connection.write(connection.buffer().writeShort(CRLF));
        } else if (some.isReadable()) {
            connection.write(some);
        }
        if (last) end();
        else connection.flush();
    }

    @Override
    public boolean isFull() {
        return connection.isFull();
    }

    @Override
    public void end() {
        if (isOver()) return;
        writeHead();
        if (chunked) connection.write(connection.buffer().writeBytes(LAST_CHUNK));
        connection.flush();
    }

    /** A body of a length that was announced has no room for any (RFC 9112 §7.1.2). */
    @Override
    public void end(MultiMap trailers) {
        if (isOver()) return;
        if (bounded || trailers.isEmpty()) {
            end();
            return;
        }
        writeHead();
        ByteBuf last = connection.buffer().writeByte('0').writeShort(CRLF);
        for (Map.Entry<String, String> field : trailers) {
            check(field.getKey(), field.getValue());
            text(last, field.getKey()).writeShort(COLON_SPACE);
            text(last, field.getValue()).writeShort(CRLF);
        }
        connection.write(last.writeShort(CRLF));
        connection.flush();
    }

    // ── the answer, told by the connection ───────────────────────────────────────────────────────────────────────

    /** What answers a HEAD has no body, whatever its fields say (RFC 9112 §6.3). */
    boolean isHead() {
        return head;
    }

    boolean isUpgraded() {
        return upgraded;
    }

    void head(HttpResponse answer) {
        int status = answer.status().code();
        var fields = (MultiMap) answer.headers();
        Events to = events;
        if (to == null) return;
        if (InterimAnswers.isOne(status)) {
            upgradable = false;
            to.interim(status, fields);
            return;
        }
        upgraded = upgradable && status == 101;
        if (upgraded) events = null;
        to.answered(status, fields);
    }

    void body(ByteBuf octets) {
        Events to = events;
        if (to != null) to.body(BufferInternal.safeBuffer(octets));
        else octets.release();
    }

    void ended(LastHttpContent last) {
        Events to = events;
        if (to != null) to.ended(last.trailingHeaders() instanceof MultiMap trailers ? trailers : NONE);
        events = null;
    }

    void drained() {
        Events to = events;
        if (to != null) to.drained();
    }

    void failed(Throwable cause) {
        Events to = events;
        forget();
        if (to != null) to.failed(cause);
    }

    // ── what becomes of it ───────────────────────────────────────────────────────────────────────────────────────

    private boolean isOver() {
        return connection.exchange() != this;
    }

    private void forget() {
        events = null;
        ByteBuf unsent = said;
        said = null;
        if (unsent != null) unsent.release();
    }

    @Override
    public void pause() {
        if (!isOver()) connection.read(false);
    }

    @Override
    public void resume() {
        if (!isOver()) connection.read(true);
    }

    @Override
    public void giveBack() {
        forget();
        if (!isOver()) connection.giveBack();
    }

    @Override
    public void abort() {
        forget();
        if (!isOver()) connection.close();
    }

    /** It carries nothing else: aborting it is enough. */
    @Override
    public void doubt() {}

    Http1Connection connection() {
        return connection;
    }
}
