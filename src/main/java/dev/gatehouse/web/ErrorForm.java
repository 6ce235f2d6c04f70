package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Problem;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.json.JsonObject;

/** In which form an address says no. */
public enum ErrorForm {
    /** {@code application/problem+json} (RFC 9457); 401 carries the challenge that RFC 9110 §15.5.2 asks for. */
    PROBLEM {
        @Override
        Reply of(Refusal refusal, Call call, String url, Pages pages) {
            Problem problem = refusal.problem();
            Reply reply = ProblemReply.of(problem, refusal.detail(), call.requestId(), url);
            if (refusal.fields().containsKey(BearerChallenge.FIELD)) return reply;
            if (problem == Reason.INVALID_TOKEN) {
                return reply.with(BearerChallenge.FIELD, BearerChallenge.invalidToken(refusal.detail()));
            }
            return problem.status() == 401 ? reply.with(BearerChallenge.FIELD, BearerChallenge.SIGN_IN) : reply;
        }
    },
    /** {@code error} and {@code error_description} (RFC 6749 §5.2). */
    OAUTH {
        @Override
        Reply of(Refusal refusal, Call call, String url, Pages pages) {
            Problem problem = refusal.problem();
            Reply reply = Reply.json(
                            problem.status(),
                            new JsonObject()
                                    .put("error", oauthCode(problem))
                                    .put("error_description", printable(refusal)))
                    .with("Cache-Control", "no-store");
            if (refusal.fields().containsKey(BearerChallenge.FIELD)) return reply;
            boolean shown = call.headers().contains("Authorization");
            if (problem.code().equals("invalid_token"))
                return reply.with(
                        BearerChallenge.FIELD,
                        shown ? BearerChallenge.invalidToken(refusal.detail()) : BearerChallenge.SIGN_IN);
            return problem.status() == 401 && shown
                    ? reply.with("WWW-Authenticate", "Basic realm=\"" + url + "\"")
                    : reply;
        }
    },
    /** A page for people; whoever does not name HTML in {@code Accept} gets problem+json. */
    PAGE {
        @Override
        Reply of(Refusal refusal, Call call, String url, Pages pages) {
            if (!Pages.wanted(call)) return PROBLEM.of(refusal, call, url, pages);
            return pages.html(refusal.problem().status(), "error", pages.visit(call), Trouble.of(refusal));
        }
    },
    /** As {@link #OAUTH}, at an address that an access token opens: what is wrong stands in the challenge too (RFC 6750 §3). */
    BEARER {
        @Override
        Reply of(Refusal refusal, Call call, String url, Pages pages) {
            Problem problem = refusal.problem();
            if (problem == Reason.LOGIN_REQUIRED)
                return Reply.empty(401).with(BearerChallenge.FIELD, BearerChallenge.SIGN_IN);
            String error = problem.status() == 401 ? "invalid_token" : oauthCode(problem);
            Reply reply = Reply.json(
                    problem.status(),
                    new JsonObject().put("error", error).put("error_description", printable(refusal)));
            if (refusal.fields().containsKey(BearerChallenge.FIELD)) return reply;
            return switch (problem.status()) {
                case 401 -> reply.with(BearerChallenge.FIELD, BearerChallenge.invalidToken(refusal.detail()));
                case 403 -> reply.with(BearerChallenge.FIELD, BearerChallenge.insufficientScope("openid"));
                default -> reply;
            };
        }
    };

    abstract Reply of(Refusal refusal, Call call, String url, Pages pages);

    /** Our own reasons in the words of RFC 6749 §5.2 and §4.1.2.1; what is no {@link Reason} is in those words already. */
    private static String oauthCode(Problem problem) {
        if (!(problem instanceof Reason)) return problem.code();
        if (problem.status() == 429 || problem.status() == 503) return "temporarily_unavailable";
        return problem.status() >= 500 ? "server_error" : "invalid_request";
    }

    /** {@code error_description} may hold printable ASCII but no quote and no backslash (RFC 6749 §5.2). */
    private static String printable(Refusal refusal) {
        return refusal.detail()
                .replaceAll("[^\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]", "'")
                .strip();
    }
}
