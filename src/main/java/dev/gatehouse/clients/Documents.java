package dev.gatehouse.clients;

import dev.gatehouse.vocabulary.ClientId;
import io.vertx.core.Future;
import java.util.Optional;

/** Clients whose id is the address of a document about them (OAuth Client ID Metadata Document). */
public interface Documents {
    /** A house that believes no document. */
    Documents NONE = new Documents() {
        @Override
        public Optional<Client> known(ClientId id) {
            return Optional.empty();
        }

        @Override
        public Future<Optional<Client>> find(ClientId id) {
            return Future.succeededFuture(Optional.empty());
        }
    };

    /** As it was when it was last looked at; empty where nobody has looked. */
    Optional<Client> known(ClientId id);

    /** Looks where it has to; empty for an id that is no such address, and where the document is not there or not in order. */
    Future<Optional<Client>> find(ClientId id);
}
