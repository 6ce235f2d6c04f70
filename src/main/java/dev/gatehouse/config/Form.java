package dev.gatehouse.config;

/** How the value of a key is written: in words for the reference page, and the pattern that an editor may check. */
enum Form {
    TEXT("text", ".+"),
    DURATION("duration", "[0-9]+(ms|s|m|h|d)"),
    SIZE("size", "[0-9]+(B|KiB|MiB|GiB)"),
    COUNT("whole number", "[0-9]+"),
    CHOICE("one word of", ""),
    CHOICES("words of", ""),
    URL("URL", "https?://.+"),
    LISTEN("host and port, the host may be left out", ".*:[0-9]{1,5}"),
    DATABASE("`embedded`, or a postgres URL", "embedded|postgres(ql)?://.+"),
    NETWORKS("list of networks", "[0-9A-Fa-f.:]+(/[0-9]{1,3})?"),
    NAMES("list of names", ".+"),
    SCOPES("list of scopes", ".+"),
    REDIRECTS("list of URIs", "[A-Za-z][A-Za-z0-9+.-]*:.+"),
    ALGORITHM("algorithm", "[A-Za-z0-9]+"),
    ALGORITHMS("list of algorithms", "[A-Za-z0-9]+"),
    ORIGINS("`clients`, `off`, or a list of origins", "clients|off|https?://.+"),
    HOSTS("`on`, `off`, or a list of hosts", "[A-Za-z0-9.-]+"),
    HOST_NAMES("host, or a list of hosts", "(\\*\\.)?[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+]"),
    /** One section, or several. */
    CERTIFICATES("`off`, a section, or a list of sections", "off"),
    COLOUR("colour, `#rrggbb`", "#[0-9A-Fa-f]{6}"),
    PATH("path", "/.*"),
    /** An address, or a section about several. */
    UPSTREAM("URL, `eventbus:` and an address, or a section", "(https?|h2c|grpcs?|unix|eventbus):.+"),
    TARGETS("list of URLs", "(https?|h2c|grpcs?|unix):.+"),
    BALANCE(
            "`round robin`, `least requests`, `hash of user`, `hash of ip`, or `hash of header` and its name",
            "round robin|least requests|hash of (user|ip|header [A-Za-z0-9-]+)"),
    HEALTH("`off`, or words: `GET /path every DURATION`", "off|(GET|HEAD) /.* every [0-9]+(ms|s|m|h)"),
    BREAKER(
            "`off`, or words: `N% of CALLS in DURATION for DURATION`",
            "off|[0-9]+% of [0-9]+ in [0-9]+(ms|s|m|h) for [0-9]+(ms|s|m|h)"),
    COLLECTOR("`off`, or a URL", "off|https?://.+"),
    FILE("`file:` and a path", "file:.+"),
    SMTP("`mailbox`, or the URL of a mail server", "mailbox|smtps?://.+"),
    KEYS("`file:` and a path, or a URL", "(file:|https?://).+"),
    PATH_OF_FILE("path of a file", ".+"),
    FILES("list of paths of files", ".+"),
    RULE("rule", ".+"),
    SECRET("secret", ".*"),
    MASTER_KEY("base64 of 32 bytes, or `file:` and a path", ".+"),
    LOCKOUT("words: `N failures in DURATION per account`", "[0-9]+ failures? in [0-9]+(ms|s|m|h|d)( per account)?"),
    LIMIT(
            "`off`, or words: `N/UNIT per KEY burst N`",
            "off|[0-9]+/[0-9]*(s|min|h|day)( per (ip|user|client|route))?( burst [0-9]+)?( *, *[0-9]+/.*)?"),
    ROTATION(
            "`off`, or words: `every DURATION keep DURATION`",
            "off|every [0-9]+(ms|s|m|h|d)( keep [0-9]+(ms|s|m|h|d))?|keep [0-9]+(ms|s|m|h|d)"),
    /** A switch, or a section with more to say. */
    SWITCH("`on`, `off`, or a section", "on|off"),
    /** A duration, or a section with both limits. */
    LIFETIME("duration, or a section", "[0-9]+(ms|s|m|h|d)"),
    SECTION("section", ""),
    /** A section per name. */
    NAMED("sections by name", ""),
    /** A section by a name that is not known beforehand, among keys that are. */
    OTHERS("sections by other names", ""),
    /** A role per value of a claim. */
    ROLES("roles by value", ".+"),
    /** A value per name of a header field. */
    FIELDS("values by header field", ".+"),
    /** A sentence per name. */
    SENTENCES("sentences by name", ".+"),
    /** What is known of a person, per claim. */
    CLAIMS("what is known of a person by claim", "user\\.[A-Za-z][A-Za-z0-9_]*"),
    /** A rule per name. */
    RULES("rules by name", ".+"),
    /** A rule, or a section, per {@code METHOD /pattern}. */
    ROUTES("rules by route, or sections", ".+");

    private final String words;
    private final String pattern;

    Form(String words, String pattern) {
        this.words = words;
        this.pattern = pattern;
    }

    String words() {
        return words;
    }

    /** A regular expression for the whole text, without placeholders. */
    String pattern() {
        return pattern;
    }

    boolean isList() {
        return switch (this) {
            case CHOICES, NETWORKS, NAMES, FILES, SCOPES, REDIRECTS, TARGETS, ALGORITHMS, ORIGINS, HOSTS, HOST_NAMES ->
                true;
            default -> false;
        };
    }

    /** Whether the component's record is a section of the file. */
    boolean leadsOn() {
        return switch (this) {
            case SECTION, NAMED, OTHERS, LIFETIME, ROUTES -> true;
            default -> false;
        };
    }
}
