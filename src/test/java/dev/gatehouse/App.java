package dev.gatehouse;

import dev.gatehouse.oauth.conformance.Browser;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A native app (there are several, since who guesses wrong too often has to wait) at the doors of a house's nodes: sends a browser that keeps its session, redeems at whichever node. */
record App(String url, String client) {
    static final String VERIFIER = "a-verifier-of-forty-three-characters-or-more-0123456789";

    /** What the house's file says of it, of a service with a secret, of a TV, and of the proxy that spreads callers over the nodes. */
    static final String CLIENTS =
            """
            trust_proxy: [127.0.0.0/8]
            scopes: {data:read: Read your data}
            clients:
              app: {type: native, redirect: ['com.example.app:/callback'], scopes: [openid, offline_access, data:read]}
              app-1: {type: native, redirect: ['com.example.app:/callback'], scopes: [openid, offline_access, data:read]}
              app-2: {type: native, redirect: ['com.example.app:/callback'], scopes: [openid, offline_access, data:read]}
              app-3: {type: native, redirect: ['com.example.app:/callback'], scopes: [openid, offline_access, data:read]}
              app-4: {type: native, redirect: ['com.example.app:/callback'], scopes: [openid, offline_access, data:read]}
              app-5: {type: native, redirect: ['com.example.app:/callback'], scopes: [openid, offline_access, data:read]}
              app-6: {type: native, redirect: ['com.example.app:/callback'], scopes: [openid, offline_access, data:read]}
              app-7: {type: native, redirect: ['com.example.app:/callback'], scopes: [openid, offline_access, data:read]}
              worker: {type: service, secret: 'a secret of the worker, for tests alone', scopes: [data:read]}
              tv: {type: device, scopes: [openid, offline_access, data:read]}
            """;

    /** A browser of that person, by way of one node. */
    Browser browser(Door door, String username) {
        return new Browser(call -> reply(door, call), username, Door.PASSWORD);
    }

    static Reply reply(Door door, Call call) {
        var headers = new ArrayList<String>();
        call.headers().forEach((name, value) -> {
            if (!name.equalsIgnoreCase("Host")) headers.addAll(List.of(name, value));
        });
        headers.addAll(List.of("X-Forwarded-For", "192.0.2.7"));
        String target = call.query().isEmpty() ? call.path() : call.path() + "?" + call.query();
        HttpResponse<String> answer = door.ask(
                call.method(),
                target,
                BodyPublishers.ofByteArray(call.body().getBytes()),
                headers.toArray(String[]::new));
        var fields = new ArrayList<Map.Entry<String, String>>();
        answer.headers().map().forEach((name, values) -> values.forEach(value -> fields.add(Map.entry(name, value))));
        return new Reply(answer.statusCode(), fields, Buffer.buffer(answer.body()));
    }

    Map<String, String> request() {
        var request = new LinkedHashMap<String, String>();
        request.put("response_type", "code");
        request.put("client_id", client);
        request.put("redirect_uri", "com.example.app:/callback");
        request.put("scope", "openid offline_access data:read");
        request.put("code_challenge", challenge());
        request.put("code_challenge_method", "S256");
        return request;
    }

    String authorize(Map<String, String> request) {
        return url + "/oauth/authorize?" + Browser.encoded(request);
    }

    String code(Browser browser) {
        return browser.through(authorize(request())).code();
    }

    HttpResponse<String> redeem(Door door, String code) {
        return door.postForm(
                "/oauth/token",
                Browser.encoded(Map.of(
                        "grant_type", "authorization_code",
                        "client_id", client,
                        "code", code,
                        "redirect_uri", "com.example.app:/callback",
                        "code_verifier", VERIFIER)));
    }

    HttpResponse<String> refresh(Door door, String token) {
        return door.postForm(
                "/oauth/token",
                Browser.encoded(Map.of("grant_type", "refresh_token", "client_id", client, "refresh_token", token)));
    }

    HttpResponse<String> revoke(Door door, String token) {
        return door.postForm("/oauth/revoke", Browser.encoded(Map.of("client_id", client, "token", token)));
    }

    static JsonObject tokens(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) throw new AssertionError(answer.statusCode() + " " + answer.body());
        return new JsonObject(answer.body());
    }

    private static String challenge() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
