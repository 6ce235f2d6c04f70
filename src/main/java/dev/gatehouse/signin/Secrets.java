package dev.gatehouse.signin;

import dev.gatehouse.keys.ServerSecrets;
import dev.gatehouse.tokens.DpopNonces;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;

/** The server secrets of the house wing, 32 bytes each, the same on every node. */
public record Secrets(Map<Purpose, byte[]> values) {
    /** What each is for; none serves two purposes. */
    public enum Purpose {
        /** Makes refresh tokens and their successors. */
        REFRESH_SUCCESSOR("refresh-successor"),
        /** Proves that a form of ours was filled in by the browser that we gave it to. */
        FORM_PROOF("form-proof"),
        /** Makes pairwise subjects. */
        PAIRWISE("pairwise"),
        /** Makes nonces for proofs of possession. */
        DPOP_NONCE(DpopNonces.SECRET);

        private final String storedName;

        Purpose(String storedName) {
            this.storedName = storedName;
        }
    }

    public static Future<Secrets> read(ServerSecrets stored) {
        Future<Map<Purpose, byte[]>> all = Future.succeededFuture(new LinkedHashMap<>());
        for (Purpose purpose : Purpose.values())
            all = all.compose(read -> stored.named(purpose.storedName).map(value -> {
                read.put(purpose, value);
                return read;
            }));
        return all.map(Secrets::new);
    }

    public byte[] of(Purpose purpose) {
        byte[] value = values.get(purpose);
        if (value == null) throw new IllegalStateException("no secret for " + purpose);
        return value;
    }

    @Override
    public String toString() {
        return "Secrets[…]";
    }
}
