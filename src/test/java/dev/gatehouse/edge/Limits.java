package dev.gatehouse.edge;

import dev.gatehouse.config.CrowdLimits;
import dev.gatehouse.config.LimitSettings;
import java.time.Duration;

/** The limits of a test gate with one of them changed. */
final class Limits {
    private Limits() {}

    static LimitSettings idle(Duration some) {
        var wide = TestGate.LIMITS;
        return new LimitSettings(
                wide.headerSize(),
                wide.tokenSize(),
                wide.uriSize(),
                wide.bodySize(),
                wide.headerTimeout(),
                wide.bodyTimeout(),
                some,
                wide.websocketTimeout(),
                wide.crowd());
    }

    static LimitSettings slowHead(Duration some) {
        var wide = TestGate.LIMITS;
        return new LimitSettings(
                wide.headerSize(),
                wide.tokenSize(),
                wide.uriSize(),
                wide.bodySize(),
                some,
                wide.bodyTimeout(),
                wide.idleTimeout(),
                wide.websocketTimeout(),
                wide.crowd());
    }

    static LimitSettings slowBody(Duration some) {
        var wide = TestGate.LIMITS;
        return new LimitSettings(
                wide.headerSize(),
                wide.tokenSize(),
                wide.uriSize(),
                wide.bodySize(),
                wide.headerTimeout(),
                some,
                wide.idleTimeout(),
                wide.websocketTimeout(),
                wide.crowd());
    }

    static LimitSettings sizes(int header, int token, int uri, long body) {
        var wide = TestGate.LIMITS;
        return new LimitSettings(
                header,
                token,
                uri,
                body,
                wide.headerTimeout(),
                wide.bodyTimeout(),
                wide.idleTimeout(),
                wide.websocketTimeout(),
                wide.crowd());
    }

    static LimitSettings crowd(int connections, int perIp, int waiting) {
        var wide = TestGate.LIMITS;
        return new LimitSettings(
                wide.headerSize(),
                wide.tokenSize(),
                wide.uriSize(),
                wide.bodySize(),
                wide.headerTimeout(),
                wide.bodyTimeout(),
                wide.idleTimeout(),
                wide.websocketTimeout(),
                new CrowdLimits(connections, perIp, waiting));
    }

    static LimitSettings quietWebSocket(Duration some) {
        var wide = TestGate.LIMITS;
        return new LimitSettings(
                wide.headerSize(),
                wide.tokenSize(),
                wide.uriSize(),
                wide.bodySize(),
                wide.headerTimeout(),
                wide.bodyTimeout(),
                wide.idleTimeout(),
                some,
                wide.crowd());
    }
}
