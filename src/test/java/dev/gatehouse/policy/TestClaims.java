package dev.gatehouse.policy;

import dev.gatehouse.tokens.Claims;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Scopes;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Claims with little written down. */
record TestClaims(
        String subject,
        Optional<String> client,
        Set<String> scopes,
        Set<String> roles,
        Set<String> groups,
        Map<String, Object> more) {
    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    static TestClaims alice() {
        return new TestClaims("u_alice", Optional.of("web-shop"), Set.of(), Set.of(), Set.of(), Map.of());
    }

    static TestClaims job() {
        return new TestClaims("reporting-job", Optional.of("reporting-job"), Set.of(), Set.of(), Set.of(), Map.of());
    }

    TestClaims scopes(String... names) {
        return new TestClaims(subject, client, Set.of(names), roles, groups, more);
    }

    TestClaims roles(String... names) {
        return new TestClaims(subject, client, scopes, Set.of(names), groups, more);
    }

    TestClaims groups(String... names) {
        return new TestClaims(subject, client, scopes, roles, Set.of(names), more);
    }

    TestClaims with(String name, Object value) {
        var all = new HashMap<>(more);
        all.put(name, value);
        return new TestClaims(subject, client, scopes, roles, groups, all);
    }

    /** A second factor so many minutes ago. */
    TestClaims mfa(long minutes) {
        return with("mfa_time", NOW.getEpochSecond() - minutes * 60);
    }

    Claims claims() {
        return new Claims(
                new Issuer("http://localhost"),
                subject,
                List.of("http://localhost"),
                client.map(ClientId::new),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("jti"),
                Optional.of("alice"),
                new Scopes(scopes),
                roles,
                groups,
                NOW,
                NOW.plusSeconds(600),
                Map.copyOf(more));
    }
}
