package dev.gatehouse.bus;

import dev.gatehouse.clients.Client;
import dev.gatehouse.edge.EdgeAdvice;
import dev.gatehouse.edge.EdgeAdvice.Advice;
import dev.gatehouse.edge.EdgeAdvice.Proof;
import dev.gatehouse.edge.EdgeAdvice.Request;
import dev.gatehouse.edge.EdgeAdvice.Shown;
import dev.gatehouse.oauth.SideDoor;
import dev.gatehouse.policy.Decision;
import dev.gatehouse.tokens.GatehouseJwtAuth;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions about tokens with what the edge would say, and does for services what the protocol does. A question that cannot be understood, or that its sender
 * may not ask, fails with a code; a bad token is an answer. One of these serves all event loops.
 */
public final class TokenAnswers {
    /** Questions that wait for the database or for another issuer; beyond it the next ones are turned away. */
    static final int MOST_WAITING = 1_024;

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(TokenAnswers.class);

    private final EdgeAdvice advice;
    private final SideDoor oauth;
    private final CallerProof proof;
    private final AtomicInteger waiting = new AtomicInteger();

    /** {@code trusted} is the client that verticles of this JVM are taken for when they show no token. */
    public TokenAnswers(
            EdgeAdvice advice,
            SideDoor oauth,
            Function<ClientId, Future<Optional<Client>>> clients,
            Supplier<Optional<ClientId>> trusted) {
        this.advice = advice;
        this.oauth = oauth;
        this.proof = new CallerProof(advice, clients, trusted);
    }

    void answer(Message<?> message) {
        try {
            Future<JsonObject> answer = answer(Question.of(message.body()), message.headers());
            if (answer.succeeded()) message.reply(answer.result());
            else if (answer.failed()) fail(message, answer.cause());
            else await(message, answer);
        } catch (Exception refused) {
            fail(message, refused);
        }
    }

    private void await(Message<?> message, Future<JsonObject> answer) {
        waiting.incrementAndGet();
        answer.timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS).onComplete(done -> {
            waiting.decrementAndGet();
            if (done.succeeded()) message.reply(done.result());
            else fail(message, done.cause());
        });
    }

    /** The code is an HTTP status; the words may be shown to whoever sent the message. */
    private static void fail(Message<?> message, Throwable failure) {
        if (failure instanceof Misunderstood no) message.fail(no.code, no.getMessage());
        else if (failure instanceof EdgeAdvice.Unclear no) message.fail(400, no.getMessage());
        else if (failure instanceof Refusal no)
            message.fail(no.problem().status(), no.problem().code() + ": " + no.detail());
        else if (failure instanceof TimeoutException) message.fail(504, "the answer takes too long");
        else {
            LOG.error("a question at {} could not be answered", TokenService.ADDRESS, failure);
            message.fail(500, "something went wrong on our side");
        }
    }

    // ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────

    private Future<JsonObject> answer(Question question, MultiMap headers) throws Misunderstood, EdgeAdvice.Unclear {
        if (waiting.get() >= MOST_WAITING) throw new Misunderstood(503, "too many questions wait for answers");
        return switch (question.action()) {
            case VERIFY -> verify(question);
            case AUTHORIZE -> authorize(question);
            case USERINFO -> oauth.userInfo(question.required("token")).map(TokenAnswers::versioned);
            case INTROSPECT -> introspect(question, headers);
            case MINT -> mint(question, headers);
            case EXCHANGE -> exchange(question, headers);
            case REVOKE -> revoke(question, headers);
        };
    }

    private Future<JsonObject> verify(Question question) throws Misunderstood {
        var shown = new Shown(question.required("token"), proof(question));
        Future<Verdict> verdict = advice.verdict(view(question), shown);
        return verdict.succeeded() ? Future.succeededFuture(told(verdict.result())) : verdict.map(TokenAnswers::told);
    }

    private Future<JsonObject> authorize(Question question) throws Misunderstood, EdgeAdvice.Unclear {
        Optional<String> token = question.text("token");
        Optional<String> permission = question.text("permission");
        Optional<String> path = question.text("path");
        if (permission.isPresent() == path.isPresent())
            throw new Misunderstood(400, "give a method and a path, or a permission");
        Optional<Proof> proof = proof(question);
        Optional<Shown> shown = token.map(text -> new Shown(text, proof));
        Future<Advice> advised = permission.isPresent()
                ? advice.permits(permission.get(), view(question), shown, address(question))
                : advice.may(request(question, path.get()), shown);
        return advised.map(TokenAnswers::told);
    }

    private static Request request(Question question, String path) throws Misunderstood {
        if (!path.startsWith("/")) throw new Misunderstood(400, "path does not begin with /");
        return new Request(
                question.required("method"),
                path,
                question.text("host"),
                question.fields("headers"),
                address(question));
    }

    private Future<JsonObject> introspect(Question question, MultiMap headers) throws Misunderstood {
        String token = question.required("token");
        return proof.of(headers)
                .compose(client -> oauth.introspect(client, token))
                .map(TokenAnswers::versioned);
    }

    private Future<JsonObject> mint(Question question, MultiMap headers) throws Misunderstood {
        var audience = question.texts("audience");
        var scope = question.text("scope");
        var subject = question.text("subject");
        return proof.of(headers)
                .compose(client -> subject.isEmpty()
                                || subject.get().equals(client.id().value())
                        ? oauth.mint(client, audience, scope)
                        : Future.failedFuture(new Misunderstood(
                                403, "a service mints in its own name; for a person it exchanges that person's token")))
                .map(issued -> versioned(issued.told()));
    }

    private Future<JsonObject> exchange(Question question, MultiMap headers) throws Misunderstood {
        String token = question.required("token");
        var actor = question.text("actor_token");
        var audience = question.texts("audience");
        var scope = question.text("scope");
        return proof.of(headers)
                .compose(client -> oauth.exchange(client, token, actor, audience, scope))
                .map(issued -> versioned(issued.told()));
    }

    private Future<JsonObject> revoke(Question question, MultiMap headers) throws Misunderstood {
        String token = question.required("token");
        return proof.of(headers)
                .compose(client -> oauth.revoke(client, token))
                .map(done -> versioned(new JsonObject()));
    }

    // ── what the members mean ────────────────────────────────────────────────────────────────────────────────────

    private GatehouseJwtAuth view(Question question) throws Misunderstood {
        Optional<String> api = question.text("api");
        Optional<String> audience = question.text("audience");
        if (api.isPresent() && audience.isPresent()) throw new Misunderstood(400, "give api or audience, not both");
        if (api.isPresent())
            return advice.api(api.get()).orElseThrow(() -> new Misunderstood(404, "there is no API of that name"));
        return audience.isPresent() ? advice.audience(audience.get()) : advice.house();
    }

    private static Optional<Proof> proof(Question question) throws Misunderstood {
        Optional<String> jwt = question.text("proof");
        return jwt.isEmpty()
                ? Optional.empty()
                : Optional.of(new Proof(jwt.get(), question.required("method"), question.required("url")));
    }

    /** Never looks a name up. */
    private static Optional<InetAddress> address(Question question) throws Misunderstood {
        Optional<String> text = question.text("address");
        if (text.isEmpty()) return Optional.empty();
        byte[] octets = NetUtil.createByteArrayFromIpAddressString(text.get());
        try {
            if (octets != null) return Optional.of(InetAddress.getByAddress(octets));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("of an address's length", impossible);
        }
        throw new Misunderstood(400, "address is not an IP address");
    }

    // ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────

    private static JsonObject told(Verdict verdict) {
        var answer = new JsonObject().put("version", TokenService.VERSION);
        if (verdict instanceof Verdict.Rejected no)
            return refused(answer.put("active", false), no.reason(), no.detail());
        return Caller.put(
                ((Verdict.Accepted) verdict).claims(),
                answer.put("active", true).put("status", 200));
    }

    private static JsonObject told(Advice advice) {
        var answer = new JsonObject().put("version", TokenService.VERSION);
        if (advice instanceof Advice.No no) {
            refused(answer.put("allowed", false), no.reason(), no.detail());
            no.decision().ifPresent(decision -> missing(decision, answer));
            return answer;
        }
        answer.put("allowed", true).put("status", 200);
        ((Advice.Yes) advice).caller().ifPresent(claims -> answer.put("caller", Caller.put(claims, new JsonObject())));
        return answer;
    }

    private static JsonObject refused(JsonObject answer, Reason reason, String detail) {
        return answer.put("status", reason.status())
                .put("reason", reason.code())
                .put("detail", detail);
    }

    /** What the edge tells in its challenge (RFC 6750 §3.1, RFC 9470 §3). */
    private static void missing(Decision.Refused no, JsonObject answer) {
        if (!no.scopes().isEmpty()) answer.put("scope", no.scopes().toString());
        no.maxAge().ifPresent(age -> answer.put("max_age", age.toSeconds()));
        if (!no.acr().isEmpty()) answer.put("acr_values", new JsonArray(no.acr()));
    }

    private static JsonObject versioned(JsonObject answer) {
        return answer.put("version", TokenService.VERSION);
    }
}
