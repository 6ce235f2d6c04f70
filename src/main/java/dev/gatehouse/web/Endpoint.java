package dev.gatehouse.web;

import io.vertx.core.Future;

/** One of our own addresses as a function. Refuses by failing with, or throwing, a {@link dev.gatehouse.vocabulary.Refusal}. */
@FunctionalInterface
public interface Endpoint {
    Future<Reply> answer(Call call);
}
