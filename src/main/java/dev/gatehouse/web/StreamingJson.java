package dev.gatehouse.web;

import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.core.spi.JsonFactory;
import io.vertx.core.spi.json.JsonCodec;

/**
 * Keeps Vert.x on its streaming codec. The library for passkeys brings jackson-databind, which Vert.x would take up as soon as it sees it: a slower start, more
 * memory, and objects made of whatever class is asked for (decision 0272). Found by {@code META-INF/services}.
 */
public final class StreamingJson implements JsonFactory {
    private static final JsonCodec CODEC = new JacksonCodec();

    /** Before any other. */
    @Override
    public int order() {
        return 0;
    }

    @Override
    public JsonCodec codec() {
        return CODEC;
    }
}
