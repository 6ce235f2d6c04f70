package dev.gatehouse.signin;

import java.net.URI;
import java.util.Optional;

/** What the page says afterwards: signed out, or still in, and where the app is that somebody came from. */
public record SignedOutView(boolean stillIn, Optional<String> app, Optional<URI> home) {
    public static final SignedOutView OUT = new SignedOutView(false, Optional.empty(), Optional.empty());
    public static final SignedOutView STILL_IN = new SignedOutView(true, Optional.empty(), Optional.empty());
}
