package dev.gatehouse.config;

import java.util.List;
import java.util.Locale;

/** What holds for all callers of an API, whatever the rules of its routes say. */
public record ApiCallers(
        @Setting(
                        form = Form.CHOICE,
                        choices = {"bearer", "session", "either"},
                        byDefault = "bearer",
                        value =
                                "How callers show who they are: `bearer` by an access token; `session` by the cookie of a browser whose person signed in here, while the tokens stay on the server; `either` takes both, and a token comes first.")
                Auth auth,
        @Setting(
                        form = Form.LIMIT,
                        key = "limit",
                        value =
                                "How often each may call this API: `ip`, `user`, `client` or all of a `route` together; in `s`, `min`, `h` or `day`. `burst` is how many may come at once. Several limits, such as a quota, are separated by commas; all of them apply.",
                        leftOut = "no limit",
                        example = "120/min per user burst 30")
                List<RateLimit> limits,
        @Setting(
                        form = Form.CHOICE,
                        choices = {"on", "off"},
                        byDefault = "off",
                        value =
                                "Whether the API is an MCP server: it publishes protected-resource metadata (RFC 9728), points to them where a token is missing, and takes tokens that are meant for its own address.")
                boolean mcp) {
    public static final ApiCallers USUAL = new ApiCallers(Auth.BEARER, List.of(), false);

    /** What is taken for a proof of who is calling. */
    public enum Auth {
        BEARER,
        SESSION,
        EITHER
    }

    static ApiCallers read(Section section) {
        return new ApiCallers(
                Auth.valueOf(section.choice("auth").toUpperCase(Locale.ROOT)),
                section.optional("limit", RateLimit::parse).orElse(List.of()),
                section.choice("mcp").equals("on"));
    }
}
