package dev.gatehouse.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.MultiMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the frames of one caller and everything that makes requests of them. Heads that are malformed in ways Netty lets pass end their stream (RFC 9113 §8.1.1); the others
 * are brought into the one form in which HTTP/1.1 says the same, so that nothing behind here needs to know the difference. Frames that ask for nothing but work are counted.
 */
final class Http2Heads extends Http2HeadListener {
    /** SETTINGS, PING, PRIORITY and frames that nobody knows, within a second. */
    static final int MOST_CHATTER = 500;

    private static final long SECOND = 1_000_000_000L;
    private static final Set<String> SINGLE = Set.of("host", "content-length", "authorization", "content-type");

    private final Http2Connection streams;
    private final Http2Connection.PropertyKey trailers;
    private long second = System.nanoTime();
    private int chatter;

    Http2Heads(Http2FrameListener next, Http2Connection streams) {
        super(next);
        this.streams = streams;
        this.trailers = streams.newKey();
    }

    /** Null where that stream has none, or none yet. */
    @Nullable
    MultiMap trailers(int stream) {
        Http2Stream known = streams.stream(stream);
        return known == null ? null : known.getProperty(trailers);
    }

    @Override
    void accept(int stream, Http2Headers head, boolean end) throws Http2Exception {
        if (head.method() != null) {
            acceptHead(stream, head);
            return;
        }
        Http2Stream known = streams.stream(stream);
        if (known != null && known.isTrailersReceived()) known.setProperty(trailers, trailers(stream, head));
    }

    /** RFC 9113 §8.1: no pseudo-header fields, either. */
    private static MultiMap trailers(int stream, Http2Headers section) throws Http2Exception {
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        for (Map.Entry<CharSequence, CharSequence> field : section) {
            String name = field.getKey().toString();
            String value = field.getValue().toString();
            if (!LegalFields.isField(name, value)) throw malformed(stream, "a trailer that is no field");
            fields.add(name, value);
        }
        return fields;
    }

    private static void acceptHead(int stream, Http2Headers head) throws Http2Exception {
        var seen = new HashSet<String>();
        for (Map.Entry<CharSequence, CharSequence> field : head) {
            String name = field.getKey().toString();
            boolean single = name.startsWith(":") || SINGLE.contains(name);
            if (single && !seen.add(name))
                throw malformed(stream, "a field that may stand there once stands there twice");
        }
        agreeOnHost(stream, head);
        List<CharSequence> crumbs = head.getAll("cookie");
        if (crumbs.size() > 1) head.set("cookie", String.join("; ", crumbs));
    }

    /** RFC 9113 §8.3.1: both say the same, and where one is left out it is made of the other. */
    private static void agreeOnHost(int stream, Http2Headers head) throws Http2Exception {
        @Nullable CharSequence authority = head.authority();
        @Nullable CharSequence host = head.get("host");
        if (authority != null && host != null && !authority.toString().equalsIgnoreCase(host.toString()))
            throw malformed(stream, ":authority and Host differ");
        CharSequence said = authority == null ? host : authority;
        if (said == null) return;
        if (!Framing.isHost(said.toString())) throw malformed(stream, "the authority names no host");
        head.authority(said);
        head.set("host", said);
    }

    private static Http2Exception malformed(int stream, String what) {
        return Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, what);
    }

    // ── frames that ask for nothing but work ─────────────────────────────────────────────────────────────────────

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
        count();
        super.onSettingsRead(context, settings);
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
        count();
        super.onPingRead(context, data);
    }

    @Override
    public void onPriorityRead(
            ChannelHandlerContext context, int stream, int dependency, short weight, boolean exclusive)
            throws Http2Exception {
        count();
        super.onPriorityRead(context, stream, dependency, weight, exclusive);
    }

    @Override
    public void onUnknownFrame(ChannelHandlerContext context, byte type, int stream, Http2Flags flags, ByteBuf payload)
            throws Http2Exception {
        count();
        super.onUnknownFrame(context, type, stream, flags, payload);
    }

    private void count() throws Http2Exception {
        if (++chatter <= MOST_CHATTER) return;
        long now = System.nanoTime();
        if (now - second < SECOND)
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many frames that ask for nothing");
        second = now;
        chatter = 1;
    }
}
