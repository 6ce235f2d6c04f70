package dev.gatehouse;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A gate on a loopback port, asked over real sockets, whichever process it lives in. */
public interface Door {
    String PASSWORD = "two lanterns and a brass key";

    HttpClient CLIENT = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    int port();

    default HttpResponse<String> get(String path, String... headers) {
        return ask("GET", path, BodyPublishers.noBody(), headers);
    }

    default HttpResponse<String> getAs(String token, String path) {
        return get(path, "Authorization", "Bearer " + token);
    }

    default HttpResponse<String> post(String path, JsonObject body, String... headers) {
        return ask(
                "POST",
                path,
                BodyPublishers.ofString(body.encode()),
                with(headers, "Content-Type", "application/json"));
    }

    /** {@code form} is already encoded. */
    default HttpResponse<String> postForm(String path, String form, String... headers) {
        return ask(
                "POST",
                path,
                BodyPublishers.ofString(form),
                with(headers, "Content-Type", "application/x-www-form-urlencoded"));
    }

    default HttpResponse<String> ask(String method, String path, BodyPublisher body, String... headers) {
        try {
            return CLIENT.send(request(method, path, body, headers), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    default HttpRequest request(String method, String path, BodyPublisher body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body);
        if (headers.length > 0) request.headers(headers);
        return request.build();
    }

    default void register(String name) {
        var made = post("/register", new JsonObject().put("username", name).put("password", PASSWORD));
        if (made.statusCode() != 201) throw new IllegalStateException(made.statusCode() + " " + made.body());
    }

    /** What a sign-in answers, or an exception with the refusal. */
    default JsonObject login(String name) {
        var answer = post("/login", new JsonObject().put("username", name).put("password", PASSWORD));
        if (answer.statusCode() != 200) throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        return new JsonObject(answer.body());
    }

    default String token(String name) {
        return login(name).getString("access_token");
    }

    default HttpResponse<String> refresh(String refreshToken) {
        return postForm("/oauth/token", "grant_type=refresh_token&refresh_token=" + encoded(refreshToken));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String[] with(String[] headers, String name, String value) {
        var more = new String[headers.length + 2];
        System.arraycopy(headers, 0, more, 0, headers.length);
        more[headers.length] = name;
        more[headers.length + 1] = value;
        return more;
    }
}
