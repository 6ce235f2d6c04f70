package dev.gatehouse.oauth.authorize;

import dev.gatehouse.signin.Interaction;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;

/** GET /oauth/continue: something was given on one of our pages; what is still missing? The browser brings its handle, and all the rest is on the server. */
final class ContinueEndpoint {
    private final Journeys journeys;

    ContinueEndpoint(Journeys journeys) {
        this.journeys = journeys;
    }

    Future<Reply> resume(Call call) {
        return journeys.resumed(FormBody.ofQuery(call).field(Interaction.PARAMETER), call)
                .compose(journeys::onward);
    }
}
