package dev.gatehouse.strangers;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/** How a client in Java reports, as {@code lib/checks.mjs} does, and whom it sends to the house's pages. */
final class Steps {
    static final String ISSUER = setting("ISSUER");
    static final String SECRET = setting("CLIENT_SECRET");

    private final List<String> failures = new ArrayList<>();

    /** Does one thing and tells; null where it failed. */
    <T> T step(String name, Callable<T> work) {
        try {
            T result = work.call();
            System.out.println("ok " + name);
            return result;
        } catch (Exception | AssertionError failure) {
            String told = String.valueOf(failure).replaceAll("\\s+", " ");
            System.out.println("FAIL " + name + ": " + told.substring(0, Math.min(told.length(), 600)));
            failure.printStackTrace();
            failures.add(name);
            return null;
        }
    }

    int status() {
        return failures.isEmpty() ? 0 : 1;
    }

    static void equal(Object actual, Object expected) {
        if (!Objects.equals(actual, expected)) throw new AssertionError(actual + " instead of " + expected);
    }

    static String setting(String name) {
        return Objects.requireNonNull(System.getenv(name), name);
    }

    /** Where alice comes out who walks {@code legs}, as {@code lib/person.mjs} has them. */
    static Map<String, Object> person(Object... legs) throws Exception {
        var command =
                new ArrayList<>(List.of("node", Path.of("lib", "person.mjs").toString()));
        for (Object leg : legs) command.add(leg.toString());
        Process person = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String told = new String(person.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (person.waitFor() != 0) throw new AssertionError("the person got lost");
        return JSONObjectUtils.parse(told);
    }

    static URI arrived(URI start, String until) throws Exception {
        return URI.create((String) person(start, "--until", until).get("url"));
    }
}
