package dev.gatehouse.edge;

import dev.gatehouse.config.OwnAnswer;
import dev.gatehouse.web.Reply;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Map;

/** APIs that the file itself answers: the same answer for everybody, or the way to somewhere else. */
final class OwnAnswers implements Upstream {
    private static final String TAG = "ETag";

    @Override
    public void forward(Passage passage) {
        CompiledRoute route = passage.route();
        Reply reply = route.upstream() instanceof OwnAnswer.Redirect redirect
                ? Reply.empty(redirect.status())
                        .with("Location", redirect.target() + route.sentPath().of(passage.target()))
                : fixed(passage, (OwnAnswer.Fixed) route.upstream());
        Answers.give(passage, ResponseFields.with(passage, reply));
    }

    private static Reply fixed(Passage passage, OwnAnswer.Fixed fixed) {
        var whole = new Reply(fixed.status(), List.copyOf(fixed.headers().entrySet()), fixed.content());
        return has(passage, whole.header(TAG)) ? unchanged(whole) : whole;
    }

    /** RFC 9110 §13.1.2, by weak comparison: a cache on the way may have put {@code W/} in front. */
    private static boolean has(Passage passage, String tag) {
        String method = passage.request.method().name();
        if (tag.isEmpty() || !(method.equals("GET") || method.equals("HEAD"))) return false;
        for (String sent : passage.request.headers().getAll(HttpHeaders.IF_NONE_MATCH))
            for (String one : sent.split(",", -1)) {
                String plain = one.trim();
                if (plain.equals("*") || plain.equals(tag) || plain.equals("W/" + tag)) return true;
            }
        return false;
    }

    private static Reply unchanged(Reply whole) {
        Reply reply = Reply.empty(304);
        for (Map.Entry<String, String> field : whole.headers())
            if (!field.getKey().equalsIgnoreCase("Content-Type")) reply = reply.with(field.getKey(), field.getValue());
        return reply;
    }
}
