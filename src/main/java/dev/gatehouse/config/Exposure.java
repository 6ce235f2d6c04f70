package dev.gatehouse.config;

import dev.gatehouse.config.Config.CorsSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** To which requests an API shows itself besides its path, and how. {@code hosts} in lower case, none: any; {@code headers} by lower-case name. */
public record Exposure(
        @Setting(
                        form = Form.HOST_NAMES,
                        key = "host",
                        value =
                                "The hosts under which the API is found: one name or a list; `*.example.com` is every name below it. Case and port make no difference. A host comes before a wildcard, and a wildcard before APIs for any host.",
                        leftOut = "any host",
                        example = "api.example.com")
                List<String> hosts,
        @Setting(
                        form = Form.FIELDS,
                        value =
                                "Header fields that a request must have, each once and with exactly this value. Of two APIs with one path, the one that asks for more comes first.",
                        leftOut = "none",
                        example = "X-Version: 2")
                Map<String, String> headers,
        @Setting(
                        form = Form.CHOICE,
                        choices = {"on", "off"},
                        value = "Whether the path of the API is taken off before a request goes on.",
                        byDefault = "off")
                boolean strip,
        @Setting(
                        form = Form.ORIGINS,
                        value =
                                "Which web pages may call this API from a browser: `clients`, a list of origins, or `off`.",
                        leftOut = "the `cors` at the top",
                        example = "[https://shop.example.com]")
                Optional<CorsSettings> cors) {
    /** To every request at its path. */
    public static final Exposure ANYWHERE = new Exposure(List.of(), Map.of(), false, Optional.empty());
}
