package dev.gatehouse.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How the pages for people look. */
public record Branding(
        @Setting(
                        form = Form.TEXT,
                        value = "What the house is called.",
                        byDefault = "Gatehouse",
                        example = "Example Shop")
                String name,
        @Setting(
                        form = Form.PATH_OF_FILE,
                        value = "Its picture: SVG, PNG, JPEG or WebP.",
                        leftOut = "none",
                        example = "branding/logo.svg")
                Optional<Path> logo,
        @Setting(
                        form = Form.COLOUR,
                        value = "The colour of buttons and links.",
                        leftOut = "as the pages come",
                        example = "#2456d6")
                Optional<String> accent,
        @Setting(
                        form = Form.URL,
                        value = "Where people find help.",
                        leftOut = "none",
                        example = "https://shop.example.com/help")
                Optional<URI> support,
        @Setting(
                        form = Form.FILES,
                        value =
                                "What pages and mails say in place of our texts: a file per language, called `en.properties` for example. `gatehouse config texts en` prints ours.",
                        byDefault = "[]",
                        example = "[branding/en.properties]")
                List<OwnTexts> texts) {
    public static final Branding PLAIN =
            new Branding("Gatehouse", Optional.empty(), Optional.empty(), Optional.empty(), List.of());
}
