package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH107;
import static dev.gatehouse.config.FaultCode.GH118;
import static dev.gatehouse.config.FaultCode.GH119;
import static dev.gatehouse.config.FaultCode.GH123;
import static dev.gatehouse.config.FaultCode.GH211;

import dev.gatehouse.config.Config.CorsSettings;
import dev.gatehouse.config.Node.Member;
import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePattern.Segment;
import dev.gatehouse.vocabulary.RoutePatternParser;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The keys of APIs and routes that say which requests they take besides path and method, and what becomes of the path. */
final class ExposureReader {
    private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^`|~-]{1,64}");
    private static final Pattern FIELD_VALUE = Pattern.compile("[!-~]([ -~]{0,1022}[!-~])?");
    private static final Pattern ADDRESS = Pattern.compile("\\[[0-9A-Fa-f:.]{2,45}]");

    /** Fields that frame a message, that another key is about, or that only the gate may set (decision 0260). */
    private static final Set<String> NOT_ASKED_FOR = Set.of(
            "host",
            "authorization",
            "cookie",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "expect",
            "origin",
            "forwarded",
            "dpop",
            "traceparent",
            "tracestate",
            "x-request-id",
            "x-real-ip",
            "x-original-url",
            "x-rewrite-url",
            "x-http-method",
            "x-http-method-override",
            "x-method-override");

    private ExposureReader() {}

    static Exposure exposure(Section api) {
        return new Exposure(hosts(api), headers(api), api.choice("strip").equals("on"), cors(api));
    }

    static RouteTerms terms(Optional<Section> route, RoutePattern pattern, Map<String, String> ofApi) {
        var headers = new LinkedHashMap<>(ofApi);
        route.ifPresent(section -> headers.putAll(headers(section)));
        return new RouteTerms(
                Collections.unmodifiableMap(headers),
                route.flatMap(section -> section.optional("rewrite", text -> rewrite(text, pattern))));
    }

    private static List<String> hosts(Section api) {
        if (isList(api, "host")) {
            if (api.isEmptyList("host"))
                api.reading()
                        .faults()
                        .error(GH107, api.placeOf("host"), "`host` is empty, so no request would come", "remove it");
            return List.copyOf(new LinkedHashSet<>(api.list("host", ExposureReader::host)));
        }
        return api.optional("host", ExposureReader::host).map(List::of).orElse(List.of());
    }

    private static boolean isList(Section section, String key) {
        return section.node(key).filter(Node.Sequence.class::isInstance).isPresent();
    }

    private static String host(String text) {
        if (ADDRESS.matcher(text).matches()) return text.toLowerCase(Locale.ROOT);
        String name = text.startsWith("*.") ? text.substring(2) : text;
        try {
            String host = RegistrationReader.host(name);
            return name.equals(text) ? host : "*." + host;
        } catch (Misfit notAName) {
            String help = text.contains("://") || text.contains(":") || text.contains("/")
                    ? "write the name alone, without scheme, port and path"
                    : "write `api.example.com`, or `*.example.com` for every name below it";
            throw new Misfit(GH118, "`" + text + "` is not a host", help);
        }
    }

    private static Map<String, String> headers(Section section) {
        return fields(section, ExposureReader::fieldName);
    }

    /** What stands under {@code headers}; {@code form} judges the names. */
    static Map<String, String> fields(Section section, UnaryOperator<String> form) {
        var headers = new LinkedHashMap<String, String>();
        for (Member member : section.members("headers")) {
            Text key = section.reading().raw(member.key());
            Optional<String> name = section.attempt(key, text -> {
                if (FIELD_NAME.matcher(text).matches()) return form.apply(text);
                throw new Misfit(GH123, "`" + text + "` is not a header field that would be passed on", null);
            });
            Optional<String> value = section.text(member.value(), "`" + key.text() + "`")
                    .flatMap(text -> section.attempt(text, ExposureReader::fieldValue));
            if (name.isPresent() && value.isPresent()) {
                headers.put(name.get(), value.get());
                section.reading().inForce(section.path("headers") + "." + name.get(), value.get(), key.origin());
            }
        }
        return Collections.unmodifiableMap(headers);
    }

    private static String fieldName(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        boolean ours = name.startsWith("x-gatehouse") || name.startsWith("x-forwarded") || name.startsWith("proxy-");
        if (ours || NOT_ASKED_FOR.contains(name))
            throw new Misfit(
                    GH123,
                    "`" + text + "` cannot decide where a request leads",
                    name.equals("host") ? "write the key `host` of the API" : null);
        return name;
    }

    private static String fieldValue(String text) {
        if (FIELD_VALUE.matcher(text).matches()) return text;
        throw new Misfit(
                GH123,
                "`" + text + "` cannot be the value of a header field",
                "it takes 1 to 1024 characters of ASCII");
    }

    private static Optional<CorsSettings> cors(Section api) {
        if (!api.has("cors")) return Optional.empty();
        if (isList(api, "cors"))
            return Optional.of(new CorsSettings.Origins(new LinkedHashSet<>(api.list("cors", Urls::pageOrigin))));
        return api.optional("cors", text -> Written.choice(text, List.of("clients", "off"), "cors"))
                .map(word -> word.equals("off") ? new CorsSettings.Off() : new CorsSettings.Clients());
    }

    private static RoutePattern rewrite(String text, RoutePattern pattern) {
        RoutePattern template = WrittenRule.fitting(GH119, 0, () -> RoutePatternParser.parse(text));
        for (String variable : template.variables()) {
            if (pattern.variables().contains(variable)) continue;
            int at = text.indexOf("{" + variable + "}");
            String help = DidYouMean.question(variable, pattern.variables()).orElse(null);
            throw new Misfit(GH211, "the route has no variable `{" + variable + "}`", help, at, variable.length() + 2);
        }
        if (endsInRest(template) && !endsInRest(pattern))
            throw new Misfit(GH211, "the route has no `/**`", null, text.length() - 3, 3);
        return template;
    }

    private static boolean endsInRest(RoutePattern pattern) {
        return pattern.segments().contains(new Segment.Rest());
    }
}
