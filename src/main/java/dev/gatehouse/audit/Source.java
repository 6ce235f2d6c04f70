package dev.gatehouse.audit;

/** Where an act came from: a network address, the command line, the event bus, the configuration file or the house itself. */
public record Source(String value) {
    public static final Source CLI = new Source("cli");
    public static final Source FILE = new Source("file");
    public static final Source SYSTEM = new Source("system");

    /** A verticle, which has no address of its own. */
    public static final Source BUS = new Source("bus");

    public static Source address(String address) {
        return new Source(address);
    }
}
