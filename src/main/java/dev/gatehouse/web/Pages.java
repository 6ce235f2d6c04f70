package dev.gatehouse.web;

import dev.gatehouse.config.Config;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Pages for people. Templates were made Java when the house was built; nothing is compiled now. Every page forbids what it does not need: no inline script or style,
 * no frame around it, nothing that is loaded from elsewhere, no form that leads elsewhere, no copy in a cache.
 */
public final class Pages {
    private final Supplier<Brand> brand;
    private final Supplier<List<Language>> spoken;
    private final Assets assets;
    private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);

    /** {@code spoken} are the languages to choose from; the first is for those whose wishes cannot be met. */
    public Pages(Supplier<Brand> brand, Supplier<List<Language>> spoken) {
        this.brand = brand;
        this.spoken = spoken;
        this.assets = new Assets(brand);
    }

    /** A house without settings, for listeners that serve no pages and for tests. */
    public static Pages plain() {
        return new Pages(() -> Brand.HOUSE, () -> List.of(Language.values()));
    }

    /** As the settings want them, whenever they change. */
    public static Pages of(Supplier<Brand> brand, Supplier<Config> config) {
        return new Pages(brand, () -> config.get().languages().stream()
                .map(Language::ofTag)
                .flatMap(Optional::stream)
                .toList());
    }

    /** Where pages find their files. */
    public List<Address> addresses() {
        return List.of(Address.get(Assets.STEM + "{name}", assets::asset));
    }

    public Visit visit(Call call) {
        return Visit.of(call, spoken.get(), brand.get().texts());
    }

    /** A page from the template {@code src/main/jte/<template>.jte}, which takes a {@link Page} as `page` and its own record as `view`. */
    public Reply html(int status, String template, Visit visit, Object view) {
        var output = new Utf8ByteOutput();
        templates.render(template + ".jte", Map.of("page", new Page(visit, brand.get(), assets), "view", view), output);
        return new Reply(status, fields(visit), Buffer.buffer(output.toByteArray()));
    }

    /** Whether the caller would rather read a page than data: browsers name HTML, programs do not, and no page sends JSON. */
    public static boolean wanted(Call call) {
        return String.join(",", call.headers().getAll("Accept")).contains("text/html")
                && !String.join(",", call.headers().getAll("Content-Type")).contains("json");
    }

    private static List<Map.Entry<String, String>> fields(Visit visit) {
        return List.of(
                Map.entry("Content-Type", "text/html; charset=utf-8"),
                Map.entry("Content-Language", visit.language().tag()),
                Map.entry("Cache-Control", "no-store"),
                Map.entry("Content-Security-Policy", policy(visit)),
                Map.entry("X-Frame-Options", "DENY"),
                // A window that somebody waits for would lose its opener.
                Map.entry("Cross-Origin-Opener-Policy", visit.popup() ? "unsafe-none" : "same-origin"));
    }

    /** CSP3. {@code form-action} is applied to where a form's answer redirects to, too: so it names where the flow returns. */
    private static String policy(Visit visit) {
        var policy = new StringBuilder("default-src 'none'; style-src 'self'; img-src 'self' data:");
        if (visit.scripts()) policy.append("; script-src 'self'; connect-src 'self'");
        policy.append("; form-action 'self'");
        for (String target : new TreeSet<>(visit.mayLeadTo()))
            policy.append(' ').append(target);
        return policy.append("; base-uri 'none'; frame-ancestors 'none'").toString();
    }
}
