package dev.gatehouse.oauth.authorize;

import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.oauth.authorize.RequestReader.Reading;
import dev.gatehouse.signin.House;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/** /oauth/authorize (RFC 6749 §3.1): a browser comes with a client's request, and leaves with a code, with a refusal for the client, or for a page of ours. */
final class AuthorizeEndpoint {
    static final String PATH = "/oauth/authorize";

    /** As long as an address may be without anybody on the way minding. */
    private static final int LONGEST_QUERY = 6 * 1024;

    /** Long requests that come as a form are kept for a minute, though nobody has shown who they are. */
    private static final TokenBucket LONG_POSTS = new TokenBucket(60, Duration.ofMinutes(1));

    private static final int MOST_NETWORKS = 10_000;

    private final RequestReader reader;
    private final PushedRequests pushes;
    private final Journeys journeys;
    private final Answers answers;
    private final LimitTable<SourceNetwork> longPosts;

    AuthorizeEndpoint(House house, RequestReader reader, PushedRequests pushes, Journeys journeys, Answers answers) {
        this.reader = reader;
        this.pushes = pushes;
        this.journeys = journeys;
        this.answers = answers;
        this.longPosts = new LimitTable<>(LONG_POSTS, MOST_NETWORKS, house.clock());
    }

    Future<Reply> get(Call call) {
        return reader.read(FormBody.telling(Buffer.buffer(call.query())), call)
                .compose(reading -> reading instanceof Reading.Good good
                        ? journeys.begin(good.request(), good.client(), call)
                        : refused((Reading.Bad) reading, call));
    }

    /**
     * The same as a form (RFC 6749 §3.1). A page of another site that posts here comes without our cookie, which is SameSite=Lax; the browser is therefore sent on to
     * ask for the same by GET, and then it has the cookie. Nothing is decided before that, and no token is ever in the answer.
     */
    Future<Reply> post(Call call) {
        FormBody form = FormBody.telling(call.body());
        return reader.read(form, call)
                .compose(reading -> reading instanceof Reading.Good good
                        ? sentOn(form, good, call)
                        : refused((Reading.Bad) reading, call));
    }

    private Future<Reply> sentOn(FormBody form, Reading.Good good, Call call) {
        String query = query(form);
        if (query.length() <= LONGEST_QUERY) return Future.succeededFuture(Reply.seeOther(PATH + "?" + query));
        longPosts.take(SourceNetwork.of(call.clientAddress())).ifPresent(wait -> {
            throw Reason.RATE_LIMITED
                    .because("Too many requests from your network.")
                    .retryAfter(wait);
        });
        String client = Answers.encoded(good.client().id().value());
        return pushes.keep(good.request())
                .map(uri -> Reply.seeOther(PATH + "?client_id=" + client + "&request_uri=" + Answers.encoded(uri)));
    }

    private Future<Reply> refused(Reading.Bad bad, Call call) {
        return Future.succeededFuture(answers.refusal(
                bad.destination(), bad.why().problem(), bad.why().detail(), call));
    }

    private static String query(FormBody form) {
        var text = new StringBuilder();
        form.fields().forEach((name, value) -> append(text, name, value));
        form.repeated().forEach((name, values) -> values.forEach(value -> append(text, name, value)));
        return text.toString();
    }

    private static void append(StringBuilder text, String name, String value) {
        if (text.length() > 0) text.append('&');
        text.append(Answers.encoded(name)).append('=').append(Answers.encoded(value));
    }
}
