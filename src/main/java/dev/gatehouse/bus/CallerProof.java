package dev.gatehouse.bus;

import dev.gatehouse.clients.Client;
import dev.gatehouse.edge.EdgeAdvice;
import dev.gatehouse.edge.EdgeAdvice.Shown;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.ClientId;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which client a message comes from: the one that the service token in the header {@code auth-token} was issued to, or, where there is none, the one that the
 * settings trust this JVM to be. The header is the one of Vert.x's own service proxies.
 */
final class CallerProof {
    static final String HEADER = "auth-token";

    private final EdgeAdvice advice;
    private final Function<ClientId, Future<Optional<Client>>> clients;
    private final Supplier<Optional<ClientId>> trusted;

    CallerProof(
            EdgeAdvice advice,
            Function<ClientId, Future<Optional<Client>>> clients,
            Supplier<Optional<ClientId>> trusted) {
        this.advice = advice;
        this.clients = clients;
        this.trusted = trusted;
    }

    /** Fails with {@link Misunderstood} where nobody has shown who they are. */
    Future<Client> of(MultiMap headers) {
        @Nullable String token = headers.get(HEADER);
        if (token != null) return shown(token);
        Optional<ClientId> trust = trusted.get();
        return trust.isPresent() ? known(trust.get()) : no("this needs the token of a service in the header " + HEADER);
    }

    private Future<Client> shown(String token) {
        if (token.length() > Question.LONGEST) return no("the token in " + HEADER + " is too long");
        return advice.verdict(advice.house(), new Shown(token, Optional.empty()))
                .compose(verdict -> verdict instanceof Verdict.Accepted accepted
                        ? service(accepted.claims())
                        : refused((Verdict.Rejected) verdict));
    }

    private Future<Client> service(Claims claims) {
        return claims.isPerson() || claims.client().isEmpty()
                ? no("the token in " + HEADER + " speaks for a person, not for a service")
                : known(claims.client().get());
    }

    private Future<Client> known(ClientId id) {
        return clients.apply(id).compose(found -> found.filter(Client::confidential)
                .map(Future::succeededFuture)
                .orElseGet(() -> no("the client is not one that can prove itself")));
    }

    private static Future<Client> refused(Verdict.Rejected no) {
        int status = no.reason().status();
        return Future.failedFuture(new Misunderstood(status, HEADER + ": " + no.detail()));
    }

    private static Future<Client> no(String why) {
        return Future.failedFuture(new Misunderstood(401, why));
    }
}
