package dev.gatehouse.config;

/** How many strangers may be there at once. */
public record CrowdLimits(
        @Setting(
                        form = Form.COUNT,
                        value = "Connections in all; one more is closed without a word.",
                        byDefault = "20000",
                        from = "1",
                        to = "1000000")
                int connections,
        @Setting(
                        form = Form.COUNT,
                        value =
                                "Connections from one IPv4 address or one /64 of IPv6, those of `trust_proxy` aside; one more is closed without a word.",
                        byDefault = "2000",
                        from = "1",
                        to = "1000000")
                int connectionsPerIp,
        @Setting(
                        form = Form.COUNT,
                        value =
                                "Requests whose answer has not begun, in all; one more is 503 `busy` with `Retry-After`. Downloads and streams under way do not count.",
                        byDefault = "8192",
                        from = "1",
                        to = "1000000")
                int waiting) {}
