package dev.gatehouse.oauth.authorize;

import dev.gatehouse.clients.Client;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Where the answer goes, known to be the client's own: everything that is wrong from here on, the client is told. {@code named} is whether the request said it itself. */
record Destination(String redirect, boolean named, ResponseMode mode, Optional<String> state) {
    /** OWASP and others use some hundred characters; what is longer is not for us to carry. */
    static final int LONGEST_STATE = 4096;

    /** The redirect URI is compared character by character (RFC 9700 §2.1); it may be left out where there is but one and nobody signs in by OpenID Connect. */
    static Destination of(Sent sent, Client client) {
        Optional<String> redirect = sent.field("redirect_uri");
        if (redirect.isPresent() && !Redirects.registered(redirect.get(), client))
            throw Reason.RETURN_ADDRESS_UNKNOWN.because(
                    "The app wanted you to be sent to an address that is not registered for it.");
        if (redirect.isEmpty() && (client.redirects().size() != 1 || sent.asksForOpenId()))
            throw Reason.RETURN_ADDRESS_UNKNOWN.because("The app did not say where you are to be sent back to.");
        return new Destination(
                redirect.orElseGet(() -> client.redirects().get(0)),
                redirect.isPresent(),
                sent.field("response_mode").flatMap(ResponseMode::named).orElse(ResponseMode.QUERY),
                sent.field("state").filter(text -> text.length() <= LONGEST_STATE));
    }

    void writeTo(JsonObject json) {
        json.put("redirect_uri", redirect).put("redirect_named", named).put("response_mode", mode.wireName());
        state.ifPresent(value -> json.put("state", value));
    }

    static Destination from(JsonObject json) {
        return new Destination(
                json.getString("redirect_uri"),
                json.getBoolean("redirect_named"),
                ResponseMode.named(json.getString("response_mode")).orElseThrow(),
                Optional.ofNullable(json.getString("state")));
    }
}
