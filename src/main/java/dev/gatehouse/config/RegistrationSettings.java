package dev.gatehouse.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Apps that register themselves (RFC 7591), and those that are a document at a URL. */
public record RegistrationSettings(
        @Setting(
                        form = Form.CHOICE,
                        choices = {"closed", "token", "open"},
                        value =
                                "Who may register apps over HTTP: `closed` and `token` take initial access tokens, which `gatehouse app invite` makes, and differ in that only `token` says so to strangers; `open` takes everybody.",
                        byDefault = "closed")
                Mode mode,
        @Setting(
                        form = Form.SCOPES,
                        value = "What apps that register themselves may ask for.",
                        byDefault = "[openid, profile, email, address, phone, offline_access]")
                List<String> scopes,
        @Setting(
                        form = Form.DURATION,
                        value = "After how long without use an app that nobody invited goes away.",
                        byDefault = "30d",
                        from = "1m",
                        to = "3650d")
                Duration unused,
        @Setting(
                        form = Form.COUNT,
                        value = "How many apps that nobody invited there may be at a time.",
                        byDefault = "10000",
                        from = "1",
                        to = "10000000")
                int most,
        @Setting(
                        form = Form.HOSTS,
                        value =
                                "Whether an https URL can be a client id, with the app's metadata in the document there (Client ID Metadata Documents); a list names the hosts.",
                        byDefault = "off",
                        example = "[app.example.com]")
                Documents documents) {
    public static final RegistrationSettings CLOSED = new RegistrationSettings(
            Mode.CLOSED,
            List.of("openid", "profile", "email", "address", "phone", "offline_access"),
            Duration.ofDays(30),
            10000,
            new Documents.Off());

    public enum Mode {
        CLOSED,
        TOKEN,
        OPEN
    }

    /** Whose documents are believed. */
    public sealed interface Documents {
        record Off() implements Documents {}

        record Anywhere() implements Documents {}

        /** In lower case. */
        record Hosts(Set<String> hosts) implements Documents {}
    }
}
