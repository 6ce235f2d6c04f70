package dev.gatehouse.signin;

import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;

/** Who goes on with a client's request once its person has signed in; whoever speaks the protocol does. */
@FunctionalInterface
public interface Onward {
    /**
     * On from the interaction of that handle, in the browser that now has that cookie, whatever the call came with: a redirect to the client, to the page of what is
     * still missing, or to {@link Interaction#RESUME}. Never a page, which somebody could reload and with it send a password once more.
     */
    Future<Reply> from(String handle, BrowserCookie browser, Call call);
}
