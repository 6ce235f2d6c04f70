package dev.gatehouse.config;

/** What kind of program an app is; grants, PKCE and authentication follow from it. */
public enum AppType {
    SPA,
    WEB,
    NATIVE,
    SERVICE,
    DEVICE
}
