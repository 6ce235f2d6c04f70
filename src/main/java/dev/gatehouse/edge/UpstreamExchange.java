package dev.gatehouse.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * One request to an API and the answer to it, on a connection or a stream of its own. First the fields are said, then the head goes out, with the body or before it. Confined to its
 * event loop, as what it tells is. Whatever happens that is not a plain exchange ends the connection or the stream, so that nobody else inherits it.
 */
interface UpstreamExchange {
    /** What whoever asked gets to hear: any number of interim answers, a head, a body, an end; or in place of what is left of that, one failure. After {@link #abort} nothing. */
    interface Events {
        /** 100 or another one before the answer (RFC 9110 §15.2), but for 101. */
        void interim(int status, MultiMap fields);

        void answered(int status, MultiMap fields);

        void body(Buffer octets);

        /** The answer is whole. */
        void ended(MultiMap trailers);

        void failed(Throwable cause);

        /** It takes more of the request, after {@link #isFull} was true. */
        void drained();
    }

    /** The other side of {@link UpstreamClients#open}. */
    interface Opening {
        /** Has not said anything yet; given back if nothing is to be said. */
        void opened(UpstreamExchange exchange);

        void failed(Throwable cause);
    }

    /** From here on. */
    void tell(Events events);

    /** Whether other exchanges share the connection (HTTP/2), so that trailers may follow a body of any length. */
    boolean isStream();

    /** Whether an answer may have come over this connection before; such a one may have been closed by the other side while nobody used it. */
    boolean isReused();

    /** @throws IllegalArgumentException if it cannot be said in a head */
    void field(String name, String value);

    /** Says that the answer's trailers are passed on (RFC 9110 §10.1.4). */
    void askTrailers();

    /** Asks for the WebSocket whose other fields have been said, where the protocol knows that (RFC 6455 §4.1). */
    void askUpgrade();

    /** There will be a body of so many octets; -1: nobody knows how many. */
    void announceBody(long length);

    /** Sends the head; nothing where it is on its way. */
    void sendHead();

    /** Octets of the body, perhaps the last ones; the head goes before the first. */
    void write(Buffer octets, boolean last);

    /** Whether more than is good waits to be sent. */
    boolean isFull();

    /** The request is whole. */
    void end();

    /** With these fields after the body, where there is room for any. */
    void end(MultiMap trailers);

    /** No more of the answer for now. */
    void pause();

    void resume();

    /** Nothing was said: as good as before. */
    void giveBack();

    /** Nothing more of this exchange, and no other one after it where that takes the connection. */
    void abort();

    /** Nothing came in time; a connection that carries others as well is asked whether anybody is there at all. */
    void doubt();
}
