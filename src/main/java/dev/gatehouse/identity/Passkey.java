package dev.gatehouse.identity;

import dev.gatehouse.keys.Base64Url;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** A passkey as its owner sees it. {@code id} is in base64url; {@code model} is what the device calls its kind (AAGUID); {@code backedUp}: it lives on other devices too. */
public record Passkey(
        String id,
        String name,
        String model,
        List<String> transports,
        boolean backedUp,
        Instant madeAt,
        Optional<Instant> usedAt) {
    public Passkey {
        transports = List.copyOf(transports);
    }

    static Passkey of(Row row) {
        return new Passkey(
                Base64Url.encode(row.getBuffer("credential_id").getBytes()),
                row.getString("name"),
                row.getString("aaguid"),
                List.of(row.getArrayOfStrings("transports")),
                row.getBoolean("backed_up"),
                row.getOffsetDateTime("made_at").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("used_at")).map(OffsetDateTime::toInstant));
    }
}
