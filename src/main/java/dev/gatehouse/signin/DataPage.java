package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** /account/data: everything that is known of the person, as one file. */
public final class DataPage {
    static final String PATH = "/account/data";

    private static final String FORM = "data";

    /** Each is a file of some size, and a mail. */
    private static final TokenBucket EACH_ACCOUNT = new TokenBucket(5, Duration.ofHours(1));

    private static final int MOST_ACCOUNTS = 10_000;

    private final Visitors visitors;
    private final FreshProof fresh;
    private final PersonalData data;
    private final LimitTable<String> asks;

    DataPage(House house, Visitors visitors) {
        this.visitors = visitors;
        this.fresh = new FreshProof(house.clock());
        this.data = new PersonalData(house);
        this.asks = new LimitTable<>(EACH_ACCOUNT, MOST_ACCOUNTS, house.clock());
    }

    /** What the template shows. */
    public record View(String proof) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).map(visitor -> fresh.missing(visitor, PATH)
                .orElseGet(() -> visitors.page(200, "data", visitor, new View(visitors.proof(visitor, FORM)))));
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> first = fresh.missing(visitor, PATH);
            if (first.isPresent()) return Future.succeededFuture(first.get());
            visitors.check(call, visitor, FORM);
            asks.take(visitor.person().id().value()).ifPresent(wait -> {
                throw Reason.TOO_MANY_ATTEMPTS
                        .because("Your data was fetched often enough for now.")
                        .retryAfter(wait);
            });
            var source = Source.address(call.clientAddress().getHostAddress());
            return data.of(visitor.person().id(), source).map(all -> file(visitor, all));
        });
    }

    /** A username has no character that would have to be escaped in a field. */
    private static Reply file(Visitor visitor, Buffer json) {
        return new Reply(
                200,
                List.of(
                        Map.entry("Content-Type", "application/json"),
                        Map.entry(
                                "Content-Disposition",
                                "attachment; filename=\"" + visitor.person().username() + ".json\""),
                        Map.entry("Cache-Control", "no-store")),
                json);
    }
}
