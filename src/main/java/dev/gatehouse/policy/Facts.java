package dev.gatehouse.policy;

import dev.gatehouse.tokens.Claims;
import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Everything a rule may ask about one request. {@code claims} is null for a caller without a token. */
public record Facts(@Nullable Claims claims, InetAddress address, Instant now, PathVariables variables) {
    public static Facts anonymous(InetAddress address, Instant now, PathVariables variables) {
        return new Facts(null, address, now, variables);
    }
}
