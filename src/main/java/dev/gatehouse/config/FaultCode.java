package dev.gatehouse.config;

/** What can be wrong, by stable code: a code is never given a second meaning. {@code src/docs/faults.md} lists the same sentences. */
public enum FaultCode {
    GH100("The file cannot be read, is not UTF-8, or is larger than 1 MiB."),
    GH101("The file is not YAML 1.2."),
    GH102("A key, or an item of a list, stands there twice."),
    GH103("Anchors, aliases, tags, further documents and keys that are not text are not used in this file."),
    GH104("Sections are nested too deep."),
    GH105("The key is not known here."),
    GH106("A key that must be there is missing."),
    GH107("The value is of another kind: a list where text is taken, text where a section is, or nothing at all."),
    GH110("Not a duration: a number and a unit, `250ms`, `3s`, `10m`, `12h` or `30d`."),
    GH111("Not a size: a number and a unit, `512B`, `32KiB`, `10MiB` or `1GiB`."),
    GH112("Not a whole number."),
    GH113("Not one of the words that can stand here."),
    GH114("The value is outside its bounds."),
    GH115("Not an address to listen on: `:8080`, `127.0.0.1:8080` or `[::1]:8080`."),
    GH116("Not a network: `10.0.0.0/8`, `fd00::/8` or a single address."),
    GH117("Not a URL, or not one that can stand here."),
    GH118("Not a name that can be used here."),
    GH119("Not a path that can be used here."),
    GH120("An environment variable is not set and has no fallback."),
    GH121("A placeholder is not written as `${NAME}`, `${NAME:-default}` or `${file:path}`."),
    GH122("A file that is named cannot be read."),
    GH123("Not a header field, or not a value of one, by which routes can be chosen."),
    GH130("The address is neither https nor http on a loopback name."),
    GH131("The rule cannot be read."),
    GH132("The key is not a route: a method, a space and a pattern, `GET /{id}`."),
    GH133("The method cannot be routed."),
    GH134("The upstream is not a URL that can be forwarded to, nor an event bus address."),
    GH135("The database is neither `embedded` nor a postgres URL that can be used."),
    GH136("The master key is not usable, or is missing where one must be given."),
    GH137("The algorithm is unknown or not safe to use."),
    GH138("The text is not written as this key takes it."),
    GH139("A certificate or its key cannot be used."),
    GH140("A redirect is not a URI that can be sent back to."),
    GH141("A redirect uses http for a host other than this machine (RFC 8252 §7.3)."),
    GH142("A redirect has a wildcard (RFC 9700 §2.1)."),
    GH143("A redirect has a fragment (RFC 6749 §3.1.2)."),
    GH144("A redirect has a scheme that this type of client cannot use (RFC 8252 §7.1)."),
    GH145("A key does not go with the type of the client."),
    GH146("Two keys of a client do not go together, or one of them needs another."),
    GH147("An issuer's tokens are judged in one way, and an API asks at most one issuer about tokens."),
    GH148("A route for everybody asks nobody anything."),
    GH149("The audience of an API for MCP is not its address."),
    GH150("Not a limit: how many, in which time, for each of what, `120/min per user burst 30`."),
    GH160("The mail server is neither `mailbox` nor an smtp URL that can be used."),
    GH161("Not a sender of mails: an address, with a name before it or without."),
    GH170("Not a claim that can be given to tokens, or not something that is known of people."),
    GH171("Addresses have to be in certain domains, and nobody finds out whose they are."),
    GH190("The key or value belongs to a later version."),
    GH201("Two APIs have the same path, for the same hosts and header fields."),
    GH202("The path belongs to the gate itself."),
    GH203("Two routes match exactly the same requests."),
    GH204("Two routes could take the same request, and neither asks for more header fields than the other."),
    GH210("A scope is not defined under `scopes`."),
    GH211("The path has no such variable."),
    GH212("A policy is not defined under `policies`."),
    GH213("A policy refers to itself."),
    GH214("An issuer is not defined under `issuers`."),
    GH301("A secret is written in clear text. `run` refuses it unless `url` is on this machine."),
    GH302("A change that only a restart takes up."),
    GH303("A route is never reached: more specific ones take all its requests."),
    GH304("Mail addresses are to be verified, and no mail is sent. `run` refuses it.");

    private final String sentence;

    FaultCode(String sentence) {
        this.sentence = sentence;
    }

    /** What it means in general; the fault itself says what it is this time. */
    public String sentence() {
        return sentence;
    }
}
