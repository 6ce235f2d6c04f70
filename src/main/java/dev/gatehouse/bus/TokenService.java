package dev.gatehouse.bus;

import dev.gatehouse.bus.TokenQuestion.Misunderstood;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.TokenProfile;
import dev.gatehouse.tokens.Tokens;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.SessionId;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers questions about tokens with the verdict that the edge would give. A question that cannot be understood fails with a code; a bad token is an answer. */
public final class TokenService {
    public static final String ADDRESS = "gatehouse.tokens";

    private static final Logger LOG = LoggerFactory.getLogger(TokenService.class);

    private final Tokens tokens;
    private final Function<String, Optional<TokenProfile>> apis;

    /** {@code apis} gives what the API of a name asks of tokens, by the configuration of the moment. */
    public TokenService(Tokens tokens, Function<String, Optional<TokenProfile>> apis) {
        this.tokens = tokens;
        this.apis = apis;
    }

    void answer(Message<?> message) {
        try {
            message.reply(answer(TokenQuestion.of(message.body())));
        } catch (Misunderstood e) {
            message.fail(e.code, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("a question at {} could not be answered", ADDRESS, e);
            message.fail(500, "something went wrong on our side");
        }
    }

    private JsonObject answer(TokenQuestion question) throws Misunderstood {
        var verdict = tokens.auth(profile(question)).verify(question.token());
        if (verdict instanceof Verdict.Rejected no) {
            return new JsonObject()
                    .put("active", false)
                    .put("reason", no.reason().code())
                    .put("detail", no.detail());
        }
        return active(((Verdict.Accepted) verdict).claims());
    }

    private TokenProfile profile(TokenQuestion question) throws Misunderstood {
        if (question.api().isPresent()) {
            return apis.apply(question.api().get())
                    .orElseThrow(() -> new Misunderstood(404, "there is no API of that name"));
        }
        return new TokenProfile(
                Set.of(tokens.self()), question.audience().orElse(tokens.self().value()));
    }

    private static JsonObject active(Claims claims) {
        var answer = new JsonObject()
                .put("active", true)
                .put("issuer", claims.issuer().value())
                .put("subject", claims.subject())
                .put("person", claims.isPerson())
                .put("audience", array(claims.audience()))
                .put("scopes", array(claims.scopes().values()))
                .put("roles", array(claims.roles()))
                .put("groups", array(claims.groups()))
                .put("issued_at", claims.issuedAt().getEpochSecond())
                .put("expires_at", claims.expiresAt().getEpochSecond());
        claims.username().ifPresent(username -> answer.put("username", username));
        claims.client().map(ClientId::value).ifPresent(client -> answer.put("client", client));
        claims.session().map(SessionId::value).ifPresent(session -> answer.put("session", session));
        claims.id().ifPresent(id -> answer.put("id", id));
        return answer;
    }

    private static JsonArray array(Collection<String> texts) {
        return new JsonArray(List.copyOf(texts));
    }
}
