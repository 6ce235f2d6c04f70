package dev.gatehouse.config;

import java.net.URI;

/** What people agree to. */
public record Terms(
        @Setting(
                        form = Form.TEXT,
                        required = true,
                        value = "Which version they are; another one is accepted anew.",
                        example = "\"2026-01\"")
                String version,
        @Setting(
                        form = Form.URL,
                        required = true,
                        value = "Where people read them.",
                        example = "https://shop.example.com/terms")
                URI url) {}
