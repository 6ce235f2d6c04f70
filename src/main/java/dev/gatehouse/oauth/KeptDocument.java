package dev.gatehouse.oauth;

import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A public document that is written once and given many times; who has it already is told so (RFC 9110 §13.1.2). Both answers are made beforehand. */
final class KeptDocument {
    private final String etag;
    private final Reply whole;
    private final Reply unchanged;

    private KeptDocument(Buffer body, String etag, Duration keep) {
        this.etag = etag;
        String caching = "public, max-age=" + keep.toSeconds();
        this.whole = new Reply(
                200,
                List.of(
                        Map.entry("Content-Type", "application/json"),
                        Map.entry("Cache-Control", caching),
                        Map.entry("ETag", etag)),
                body);
        this.unchanged = Reply.empty(304).with("Cache-Control", caching).with("ETag", etag);
    }

    static KeptDocument of(Buffer body, String etag, Duration keep) {
        return new KeptDocument(body, etag, keep);
    }

    static KeptDocument of(JsonObject document, Duration keep) {
        Buffer body = document.toBuffer();
        return new KeptDocument(
                body, '"' + Base64Url.encode(OneTime.hash(body.toString()).getBytes()) + '"', keep);
    }

    Reply whole() {
        return whole;
    }

    Reply answer(Call call) {
        if (!call.headers().contains("If-None-Match")) return whole;
        boolean has = call.headers().getAll("If-None-Match").stream().anyMatch(this::names);
        return has ? unchanged : whole;
    }

    /** Weak comparison: a cache on the way may have put {@code W/} in front. */
    private boolean names(String sent) {
        for (String tag : sent.split(",", -1)) {
            String plain = tag.trim();
            if (plain.equals("*") || plain.equals(etag) || plain.equals("W/" + etag)) return true;
        }
        return false;
    }
}
