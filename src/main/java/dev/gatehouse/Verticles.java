package dev.gatehouse;

import dev.gatehouse.bus.BusVerticle;
import dev.gatehouse.bus.HouseEvents;
import dev.gatehouse.bus.TokenAnswers;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.config.Config;
import dev.gatehouse.edge.EdgeAdvice;
import dev.gatehouse.edge.EdgeSnapshot;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What other verticles of this JVM have of the house: answers to their questions, and word of what happens. */
record Verticles(HouseEvents events) {
    /** Whoever is asked by the edge later on may ask at once. */
    static Verticles welcome(
            Vertx vertx,
            Ground ground,
            Clients clients,
            HouseWing wing,
            Supplier<EdgeSnapshot> snapshot,
            Supplier<Config> config,
            BooleanSupplier databaseGraceOver,
            InstantSource clock,
            int loops) {
        var advice = new EdgeAdvice(snapshot, config, ground.tokens()::auth, ground.proofs(), databaseGraceOver, clock);
        var answers = new TokenAnswers(advice, wing.oauth().sideDoor(), clients::find, () -> config.get()
                .bus()
                .trust());
        Ground.await(vertx.deployVerticle(() -> new BusVerticle(answers), new DeploymentOptions().setInstances(loops)));
        var events = new HouseEvents(vertx, clock);
        ground.trail().tell(events::recorded);
        ground.revocations().tell(events::revoked);
        ground.keys().tell(events::keyRotated);
        clients.tell(events::clientChanged);
        return new Verticles(events);
    }
}
