package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH118;

import dev.gatehouse.vocabulary.ClientId;
import java.util.Map;
import java.util.Optional;

/** What verticles of the same JVM may do over the event bus. Asking about a token needs no leave. */
public record BusSettings(
        @Setting(
                        form = Form.TEXT,
                        value =
                                "The client, of `type: service`, that verticles of this JVM are taken for when they send no token of their own: they may then introspect, mint, exchange and revoke as that client may. The code in this JVM is trusted anyway; this saves it a secret.",
                        leftOut = "nobody",
                        example = "reporting-job")
                Optional<ClientId> trust) {
    /** Whoever wants more than a verdict shows a token. */
    public static final BusSettings NOBODY = new BusSettings(Optional.empty());

    static BusSettings read(Section section, Map<ClientId, App> clients) {
        return new BusSettings(section.optional("trust", text -> service(text, clients)));
    }

    private static ClientId service(String text, Map<ClientId, App> clients) {
        App app = text.isBlank() ? null : clients.get(new ClientId(text));
        if (app == null)
            throw new Misfit(GH118, "no client is called `" + text + "`", "name one of `clients` with `type: service`");
        if (app.type() != AppType.SERVICE)
            throw new Misfit(GH118, "`" + text + "` is no service", "name a client with `type: service`");
        return app.id();
    }
}
