package dev.gatehouse.outbound;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.Map;

/**
 * The one way out to addresses that somebody else named: public https only, bounded in size and time, whatever a redirect or a name server says meanwhile. What is
 * refused or fails is a {@link Failure} with a sentence for people.
 */
public interface GuardedClient {
    /** What came back, whatever its status; header names in lower case. */
    record Fetched(int status, Map<String, String> headers, Buffer body) {}

    /** Why nothing came back. */
    final class Failure extends Exception {
        private static final long serialVersionUID = 1L;

        public Failure(String sentence) {
            super(sentence, null, false, false);
        }

        public String sentence() {
            return String.valueOf(getMessage());
        }
    }

    /** Same URL at the same time: one request. {@code accept} is the media type that is wanted. */
    Future<Fetched> get(URI url, String accept, int mostBytes);

    /** The same, except that a redirect is an answer like any other: for what must be at the very URL that was named. */
    Future<Fetched> getWithoutRedirects(URI url, String accept, int mostBytes);

    Future<Fetched> postForm(URI url, Map<String, String> form);

    /** For a library that makes its HTTP client by itself: the one that it makes keeps these rules, too. */
    Vertx asVertx();

    /** Fails where the URL leads, as far as can be told now, to where nothing may be fetched from; fetches nothing. */
    Future<Void> permit(URI url);
}
