package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Cidr;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Position;
import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.Rule;
import dev.gatehouse.vocabulary.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everything the file says, checked and frozen; {@link ConfigFile} makes it. Maps keep the order of the file. */
public record Config(
        Optional<URI> url,
        Listen listen,
        Listen admin,
        DatabaseSettings database,
        Duration databaseGrace,
        List<Cidr> trustProxy,
        Map<String, Api> apis,
        Map<String, ForeignIssuer> issuers,
        Map<String, Policy> policies,
        CorsSettings cors,
        Map<String, String> scopes,
        Map<ClientId, App> clients,
        LoginSettings login,
        AccountSettings accounts,
        TokenSettings tokens,
        KeySettings keys,
        ObserveSettings observe,
        LimitSettings limits) {

    /** A host (absent: every address) and a port; 0 takes any free one. */
    public record Listen(Optional<String> host, int port) {}

    /** Where the state lives. */
    public sealed interface DatabaseSettings {
        /** An own PostgreSQL under the data folder. */
        record Embedded() implements DatabaseSettings {}

        /** {@code postgres://user:password@host:port/name?sslmode=verify-full}; secret because it may hold a password. */
        record External(Secret url) implements DatabaseSettings {}
    }

    /** An API behind the gate. {@code audience} absent means the {@code url} of the house. */
    public record Api(
            String name,
            String path,
            Upstream upstream,
            Identity identity,
            Duration timeout,
            List<String> issuers,
            Optional<String> audience,
            List<Route> routes,
            Position at) {}

    public sealed interface Upstream {
        /** An origin: scheme, host and port; a path in it is put before the request's path. */
        record Http(URI origin) implements Upstream {}

        /** An address of the Vert.x event bus. */
        record Bus(String address) implements Upstream {}
    }

    /** How an upstream is told who is calling. */
    public enum Identity {
        HEADERS,
        RELAY
    }

    /** One line of {@code routes}. {@code method} is an RFC 9110 method or {@code ANY}; the pattern is relative to the API's path. */
    public record Route(String method, RoutePattern pattern, Rule allow, Optional<Duration> timeout, Position at) {}

    /** Somebody else's issuer: its exact name, its keys, the algorithms it may use and the {@code typ} it says. */
    public record ForeignIssuer(Issuer issuer, Path jwks, Set<String> algorithms, Optional<String> typ, Position at) {}

    /** A named rule. */
    public record Policy(String name, Rule rule, Position at) {}

    public sealed interface CorsSettings {
        /** The origins of registered browser apps. */
        record Clients() implements CorsSettings {}

        record Origins(Set<String> origins) implements CorsSettings {}

        record Off() implements CorsSettings {}
    }

    /** A registered application; checked in full, used by the issuer. */
    public record App(
            ClientId id,
            Optional<String> name,
            AppType type,
            List<String> redirect,
            Optional<Secret> secret,
            List<String> scopes,
            boolean consentAlways,
            boolean pkceOptional,
            Position at) {}

    public enum AppType {
        SPA,
        WEB,
        NATIVE,
        SERVICE,
        DEVICE
    }

    /** {@code enabled} false: nobody signs in with a password. Length counts code points after NFC. */
    public record LoginSettings(boolean enabled, int minLength) {}

    public record AccountSettings(boolean registrationOpen, List<String> defaultRoles, Lockout lockout) {}

    /** {@code failures} wrong passwords within {@code window} slow an account down. */
    public record Lockout(int failures, Duration window) {}

    public record TokenSettings(Duration access, Refresh refresh, Session session) {}

    public record Refresh(Duration idle, Duration absolute) {}

    public record Session(Duration absolute, Duration idle) {}

    /** {@code every} absent: only on demand. {@code keep} is how long a retired key stays published at least. */
    public record KeySettings(List<String> algorithms, Optional<Duration> every, Duration keep, MasterKey master) {}

    public sealed interface MasterKey {
        /** Base64 of 32 bytes. */
        record Value(Secret base64) implements MasterKey {}

        /** A 0600 file; made at the first start when it is missing and the database is embedded. */
        record InFile(Path path) implements MasterKey {}
    }

    public record ObserveSettings(Log log) {}

    public enum Log {
        /** Pretty on a terminal, JSON otherwise. */
        AUTO,
        JSON,
        PRETTY
    }

    /** Bounds of what a stranger may send. Sizes in bytes. */
    public record LimitSettings(
            int headerSize, int tokenSize, int uriSize, long bodySize, Duration headerTimeout, Duration bodyTimeout, Duration idleTimeout) {}
}
