package dev.gatehouse.config;

/** The keys of {@code upstream} where it is a section: servers, or an answer of our own. */
record UpstreamForm(
        @Group UpstreamSettings servers,
        @Setting(
                        form = Form.SECTION,
                        key = "static",
                        section = OwnAnswer.Fixed.class,
                        value = "An answer that the gate gives by itself; nothing else can stand beside it.")
                OwnAnswer.Fixed fixed,
        @Setting(
                        form = Form.TEXT,
                        value =
                                "Where callers are sent instead: an https URL, or a path. Whole segments can be variables that every route of the API has, `/**` at the end is what the routes' own stands for; the query goes along.",
                        leftOut = "no redirect",
                        example = "https://new.example.com/orders/{id}")
                String redirect,
        @Setting(
                        form = Form.CHOICE,
                        choices = {"301", "302", "303", "307", "308"},
                        value = "The status of a redirect.",
                        byDefault = "308")
                int status) {}
