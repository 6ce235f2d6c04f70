package dev.gatehouse.signin;

/** By what an account knows whoever tries a password again: nothing, an address that somebody signed in from, or a browser. */
enum KnownBy {
    NONE,
    ADDRESS,
    DEVICE
}
