package dev.gatehouse.cli;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.RateLimit;
import dev.gatehouse.policy.Facts;
import dev.gatehouse.policy.PathVariables;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.vocabulary.Cidr;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.DurationText;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Scopes;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * Somebody who might ask. Nobody is looked up: without {@code --role} a person has the default roles of the file, without {@code --scope} all scopes
 * of the file, as after registering and signing in.
 */
final class SupposedCaller {
    private static final Duration SUPPOSED_LIFE = Duration.ofMinutes(10);
    private static final String HOUSE = "gatehouse";

    @Option(
            names = "--as",
            paramLabel = "USER",
            description = "A person of this name; without it and --client, nobody who signed in.")
    private Optional<String> user = Optional.empty();

    @Option(
            names = "--client",
            paramLabel = "ID",
            description = "Through this application; without --as, the application itself.")
    private Optional<String> client = Optional.empty();

    @Option(names = "--role", paramLabel = "ROLE", description = "With this role; may be repeated.")
    private List<String> roles = List.of();

    @Option(names = "--group", paramLabel = "GROUP", description = "In this group; may be repeated.")
    private List<String> groups = List.of();

    @Option(names = "--scope", paramLabel = "SCOPE", description = "With this scope; may be repeated.")
    private List<String> scopes = List.of();

    @Option(names = "--claim", paramLabel = "NAME=VALUE", description = "With this claim; may be repeated.")
    private Map<String, String> claims = Map.of();

    @Option(names = "--mfa", paramLabel = "AGO", description = "Showed a second factor so long ago, for example 5m.")
    private Optional<String> mfa = Optional.empty();

    @Option(
            names = "--signed-in",
            paramLabel = "AGO",
            description = "Signed in so long ago, for example 2h; a moment ago when left out.")
    private Optional<String> signedIn = Optional.empty();

    @Option(names = "--acr", paramLabel = "ACR", description = "Signed in in this way.")
    private Optional<String> acr = Optional.empty();

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "From this address (default: ${DEFAULT-VALUE}).")
    private String address = "127.0.0.1";

    boolean isNobody() {
        return user.isEmpty() && client.isEmpty();
    }

    /** Whoever cannot be told apart in the asked way is counted by address. */
    String countedAs(RateLimit.Per per) {
        Optional<String> subject = user.or(() -> client);
        Optional<String> application = isNobody() ? Optional.empty() : client.or(() -> Optional.of(HOUSE));
        return switch (per) {
            case ROUTE -> "all callers together";
            case IP -> address;
            case USER -> subject.orElse(address);
            case CLIENT -> application.orElse(address);
        };
    }

    Facts facts(Config config, Instant now, PathVariables variables) {
        InetAddress from = from();
        if (isNobody()) return Facts.anonymous(from, now, variables);
        return new Facts(claims(config, now), from, now, variables);
    }

    private InetAddress from() {
        try {
            return Cidr.literal(address);
        } catch (IllegalArgumentException wrong) {
            throw CommandRefused.usage("`" + address + "` is not an address");
        }
    }

    private Claims claims(Config config, Instant now) {
        var via = new ClientId(client.orElse(HOUSE));
        String subject = user.map(name -> "user:" + name).orElse(via.value());
        return new Claims(
                new Issuer("http://localhost"),
                subject,
                List.of(),
                Optional.of(via),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                user,
                Scopes.of(orThose(scopes, config.scopes().keySet())),
                orThose(
                        roles,
                        user.isPresent() ? new LinkedHashSet<>(config.accounts().defaultRoles()) : Set.of()),
                new LinkedHashSet<>(groups),
                now,
                now.plus(SUPPOSED_LIFE),
                all(subject, now));
    }

    private static Set<String> orThose(List<String> named, Set<String> otherwise) {
        return named.isEmpty() ? otherwise : new LinkedHashSet<>(named);
    }

    private Map<String, Object> all(String subject, Instant now) {
        var all = new HashMap<String, Object>(claims);
        all.put("sub", subject);
        user.ifPresent(name -> all.put("preferred_username", name));
        if (user.isPresent())
            all.put(
                    "auth_time",
                    now.minus(signedIn.map(SupposedCaller::ago).orElse(Duration.ZERO))
                            .getEpochSecond());
        acr.ifPresent(way -> all.put("acr", way));
        mfa.ifPresent(ago -> all.put("mfa_time", now.minus(ago(ago)).getEpochSecond()));
        return all;
    }

    private static Duration ago(String text) {
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw CommandRefused.usage(wrong.getMessage() + "; write for example 5m");
        }
    }
}
