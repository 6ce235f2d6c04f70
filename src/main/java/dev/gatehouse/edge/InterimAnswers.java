package dev.gatehouse.edge;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/**
 * Answers before the answer (RFC 9110 §15.2). Vert.x's HTTP/2 knows 100 and 103 and takes every other one for the last word; so the others go through it as 103, with what they
 * are in a field that no API can set, and are what they were again on the other side (decision 0224).
 */
final class InterimAnswers {
    /** More than these, and the API is not about to answer. */
    static final int MOST = 16;

    private static final String STATUS = "gatehouse-interim";
    private static final int EARLY_HINTS = 103;

    private InterimAnswers() {}

    /** 101 is none here: nobody asks an API to switch in a way that could be meant (RFC 9110 §15.2.2). */
    static boolean isOne(int status) {
        return status >= 100 && status < 200 && status != 101;
    }

    static void disguise(Http2Headers head, int status) {
        if (status == 100) return;
        head.setInt(STATUS, status);
        head.status(HttpResponseStatus.EARLY_HINTS.codeAsText());
    }

    static int status(MultiMap disguised) {
        String status = disguised.get(STATUS);
        return status == null ? EARLY_HINTS : Integer.parseInt(status);
    }

    static MultiMap undisguised(MultiMap disguised) {
        return MultiMap.caseInsensitiveMultiMap().addAll(disguised).remove(STATUS);
    }

    /** What the caller gets to see of it. */
    static MultiMap fields(MultiMap said) {
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        HeaderPolicy.response(said, fields);
        fields.remove(HttpHeaders.CONTENT_LENGTH);
        return fields;
    }
}
