package dev.gatehouse.clients.registration;

import static dev.gatehouse.clients.OAuthError.INVALID_CLIENT_METADATA;

import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.outbound.GuardedClient.Fetched;
import dev.gatehouse.tokens.StrictJson;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Where the addresses in metadata lead: none to where nothing may be called, and a sector identifier to a document that names every redirect URI. */
final class MetadataAddresses {
    private static final int MOST_OF_A_SECTOR = 64 * 1024;

    private final GuardedClient outbound;

    MetadataAddresses(GuardedClient outbound) {
        this.outbound = outbound;
    }

    /** The same metadata, or a refusal. Nothing is fetched unless all addresses may be. */
    Future<JsonObject> checked(JsonObject kept) {
        var questions = new ArrayList<Future<Void>>();
        var asked = new HashSet<String>();
        for (String name : kept.fieldNames()) {
            if (!name.replaceFirst("#.*", "").endsWith("_uri")) continue;
            URI uri = withoutFragment(URI.create(kept.getString(name)));
            if (asked.add(uri.getScheme() + "://" + uri.getRawAuthority()))
                questions.add(outbound.permit(uri).recover(failure -> Future.failedFuture(refused(name, failure))));
        }
        return Future.all(List.copyOf(questions)).compose(permitted -> sectorHolds(kept));
    }

    /** OpenID Connect Dynamic Client Registration §5. */
    private Future<JsonObject> sectorHolds(JsonObject kept) {
        String sector = kept.getString("sector_identifier_uri");
        if (sector == null) return Future.succeededFuture(kept);
        return outbound.get(URI.create(sector), "application/json", MOST_OF_A_SECTOR)
                .recover(failure -> Future.failedFuture(refused("sector_identifier_uri", failure)))
                .map(fetched -> namesAll(fetched, kept.getJsonArray("redirect_uris", new JsonArray())))
                .map(holds -> kept);
    }

    private static boolean namesAll(Fetched fetched, JsonArray redirects) {
        if (fetched.status() != 200)
            throw INVALID_CLIENT_METADATA.because("sector_identifier_uri was answered with status " + fetched.status());
        try {
            if (new HashSet<>(StrictJson.array(fetched.body().getBytes())).containsAll(redirects.getList()))
                return true;
        } catch (StrictJson.Malformed malformed) {
            throw INVALID_CLIENT_METADATA.because("sector_identifier_uri does not lead to a JSON array");
        }
        throw INVALID_CLIENT_METADATA.because(
                "sector_identifier_uri leads to a list in which a redirect URI is missing");
    }

    private static Refusal refused(String name, Throwable failure) {
        return INVALID_CLIENT_METADATA.because(
                name + ": " + (failure instanceof Failure said ? said.sentence() : "it could not be checked"));
    }

    /** Browsers keep what stands behind the hash to themselves. */
    private static URI withoutFragment(URI uri) {
        String text = uri.toString();
        int hash = text.indexOf('#');
        return hash < 0 ? uri : URI.create(text.substring(0, hash));
    }
}
