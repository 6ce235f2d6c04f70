package dev.gatehouse.edge;

import dev.gatehouse.config.CrowdLimits;
import dev.gatehouse.config.LimitSettings;
import java.time.Duration;

/** The limits of a test gate with one of them changed. */
final class Limits {
    private static final LimitSettings WIDE = TestGate.LIMITS;

    private Limits() {}

    static LimitSettings idle(Duration some) {
        return times(WIDE.headerTimeout(), WIDE.bodyTimeout(), some, WIDE.websocketTimeout());
    }

    static LimitSettings slowHead(Duration some) {
        return times(some, WIDE.bodyTimeout(), WIDE.idleTimeout(), WIDE.websocketTimeout());
    }

    static LimitSettings slowBody(Duration some) {
        return times(WIDE.headerTimeout(), some, WIDE.idleTimeout(), WIDE.websocketTimeout());
    }

    static LimitSettings quietWebSocket(Duration some) {
        return times(WIDE.headerTimeout(), WIDE.bodyTimeout(), WIDE.idleTimeout(), some);
    }

    private static LimitSettings times(Duration head, Duration body, Duration idle, Duration webSocket) {
        return new LimitSettings(
                WIDE.headerSize(),
                WIDE.tokenSize(),
                WIDE.uriSize(),
                WIDE.bodySize(),
                head,
                body,
                idle,
                webSocket,
                WIDE.crowd());
    }

    static LimitSettings sizes(int header, int token, int uri, long body) {
        return with(header, token, uri, body, WIDE.crowd());
    }

    static LimitSettings crowd(int connections, int perIp, int waiting) {
        var crowd = new CrowdLimits(connections, perIp, waiting);
        return with(WIDE.headerSize(), WIDE.tokenSize(), WIDE.uriSize(), WIDE.bodySize(), crowd);
    }

    private static LimitSettings with(int header, int token, int uri, long body, CrowdLimits crowd) {
        return new LimitSettings(
                header,
                token,
                uri,
                body,
                WIDE.headerTimeout(),
                WIDE.bodyTimeout(),
                WIDE.idleTimeout(),
                WIDE.websocketTimeout(),
                crowd);
    }
}
