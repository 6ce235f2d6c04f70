package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Secret;
import java.net.URI;

/** How another issuer is asked about its tokens (RFC 7662 §2.1). */
public record IntrospectSettings(
        @Setting(
                        form = Form.URL,
                        required = true,
                        value = "Its introspection endpoint.",
                        example = "https://login.example.com/introspect")
                URI url,
        @Setting(form = Form.TEXT, required = true, value = "Who the gate is there.", example = "gatehouse")
                String clientId,
        @Setting(
                        form = Form.SECRET,
                        required = true,
                        value = "What the gate proves it with.",
                        example = "${CORPORATE_SECRET}")
                Secret clientSecret) {}
