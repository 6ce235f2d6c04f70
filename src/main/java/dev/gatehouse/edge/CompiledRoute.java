package dev.gatehouse.edge;

import dev.gatehouse.config.ApiCallers;
import dev.gatehouse.config.Config;
import dev.gatehouse.policy.CompiledPolicy;
import dev.gatehouse.tokens.TokenProfile;
import dev.gatehouse.web.Cors;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code routes}, ready to be asked. {@code pattern} is the whole path as people write it; {@code at} is {@code file:line} of the rule;
 * {@code tls} is there where the upstream is reached by it; {@code cors} absent: no page may call; {@code hosted}: under hosts of
 * its own; {@code metadata} is where programs read what the API is (RFC 9728).
 */
record CompiledRoute(
        String api,
        String pattern,
        String at,
        CompiledPolicy policy,
        TokenProfile profile,
        Config.Identity identity,
        Config.Upstream upstream,
        @Nullable UpstreamTls tls,
        SentPath sentPath,
        Optional<Cors> cors,
        Duration timeout,
        RouteLimits limits,
        ApiCallers.Auth auth,
        boolean optional,
        boolean hosted,
        Optional<String> metadata) {

    boolean relaysTokens() {
        return identity == Config.Identity.RELAY;
    }
}
