package dev.gatehouse.config;

import java.util.List;

/** What holds for all callers of an API, whatever the rules of its routes say. */
public record ApiCallers(
        @Setting(
                        form = Form.LIMIT,
                        key = "limit",
                        value =
                                "How often each may call this API: `ip`, `user`, `client` or all of a `route` together; in `s`, `min`, `h` or `day`. `burst` is how many may come at once. Several limits, such as a quota, are separated by commas; all of them apply.",
                        leftOut = "no limit",
                        example = "120/min per user burst 30")
                List<RateLimit> limits) {
    public static final ApiCallers UNLIMITED = new ApiCallers(List.of());

    static ApiCallers read(Section section) {
        return new ApiCallers(section.optional("limit", RateLimit::parse).orElse(List.of()));
    }
}
