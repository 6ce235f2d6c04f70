package dev.gatehouse.edge;

import java.util.Set;

/** Addresses that belong to the house; no route can have them. */
final class HouseAddresses {
    private static final Set<String> EXACT = Set.of(
            "/register",
            "/login",
            "/logout",
            "/register_client",
            "/device",
            "/consent",
            "/forgot",
            "/reset",
            "/verify",
            "/account",
            "/_gate",
            "/oauth",
            "/.well-known/openid-configuration",
            "/.well-known/oauth-authorization-server",
            "/.well-known/oauth-protected-resource");

    private HouseAddresses() {}

    static boolean has(String path) {
        if (path.length() < 2) return false;
        return switch (path.charAt(1)) {
            case 'a' -> EXACT.contains(path) || path.startsWith("/account/");
            case 'o' -> EXACT.contains(path) || path.startsWith("/oauth/");
            case '_' -> EXACT.contains(path) || path.startsWith("/_gate/");
            case '.' -> EXACT.contains(path) || path.startsWith("/.well-known/oauth-protected-resource/");
            case 'r', 'l', 'd', 'c', 'f', 'v' -> EXACT.contains(path);
            default -> false;
        };
    }
}
