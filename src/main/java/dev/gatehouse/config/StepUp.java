package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH138;
import static dev.gatehouse.config.FaultCode.GH148;

import dev.gatehouse.vocabulary.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a route wants of a sign-in besides its rule (RFC 9470): how long ago at most, and of which kind. */
public record StepUp(
        @Setting(
                        form = Form.DURATION,
                        value =
                                "How long ago people may have signed in, by the claim `auth_time`; who signed in earlier is asked to do so again.",
                        leftOut = "any time ago",
                        from = "1s",
                        to = "30d",
                        example = "5m")
                Optional<Duration> maxAge,
        @Setting(
                        form = Form.NAMES,
                        value = "Ways to sign in of which one is needed, by the claim `acr`; the first is the best.",
                        byDefault = "[]",
                        example = "[gold]")
                List<String> acr) {
    public static final StepUp NONE = new StepUp(Optional.empty(), List.of());

    public boolean isNothing() {
        return maxAge.isEmpty() && acr.isEmpty();
    }

    /** A route that is a rule alone has no section; one for everybody looks at no token. */
    static StepUp read(Optional<Section> section, Optional<Rule> rule) {
        if (section.isEmpty()) return NONE;
        var wanted = new StepUp(
                section.get().optionalDuration("max_age"), section.get().list("acr", StepUp::context));
        boolean everybody = rule.filter(Rule.Public.class::isInstance).isPresent();
        if (everybody && !wanted.isNothing())
            section.get()
                    .reading()
                    .faults()
                    .error(
                            GH148,
                            section.get().placeOf(wanted.maxAge().isPresent() ? "max_age" : "acr"),
                            "a `public` route asks nobody how they signed in",
                            "write who may, for example `login`");
        return wanted;
    }

    private static String context(String text) {
        if (text.matches("[!#-\\[\\]-~]{1,256}")) return text;
        throw new Misfit(GH138, "`" + text + "` is not the name of a way to sign in", "it has no spaces and no quotes");
    }
}
