package dev.gatehouse.oauth.authorize;

/** One thing that has to be right about a request whose client and destination are; refuses by throwing, in words that the client is told. */
@FunctionalInterface
interface Check {
    void of(Draft draft);
}
