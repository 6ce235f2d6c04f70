package dev.gatehouse.signin;

import java.util.Map;
import java.util.Optional;

/** What the page says that asks before somebody is signed out: who it is, which app asks, and what its form carries on. */
public record LogoutView(
        String action, String proof, String username, Optional<String> app, Map<String, String> carried) {
    public LogoutView {
        carried = Map.copyOf(carried);
    }
}
