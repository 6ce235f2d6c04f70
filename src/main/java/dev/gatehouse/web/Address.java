package dev.gatehouse.web;

import java.util.function.Predicate;

/**
 * One of our own addresses: a method, a path, what it takes and who answers. A path is exact, or ends in one variable segment, {@code /_gate/problems/{reason}}.
 * {@code forEveryOrigin} marks public documents that scripts of any origin may read; {@code origins} are those whose scripts may call besides.
 */
public record Address(
        String method,
        String path,
        Takes takes,
        int bodyLimit,
        ErrorForm errors,
        boolean forEveryOrigin,
        Predicate<String> origins,
        Endpoint endpoint) {
    /** The largest body, in bytes, where nothing else is said. */
    public static final int BODY_LIMIT = 64 * 1024;

    /** Also answers HEAD. */
    public static Address get(String path, Endpoint endpoint) {
        return new Address("GET", path, Takes.NOTHING, BODY_LIMIT, ErrorForm.PROBLEM, false, none -> false, endpoint);
    }

    public static Address post(String path, Takes takes, Endpoint endpoint) {
        return new Address("POST", path, takes, BODY_LIMIT, ErrorForm.PROBLEM, false, none -> false, endpoint);
    }

    /** PUT and DELETE, where a protocol wants them (RFC 7592 §2). */
    public static Address of(String method, String path, Takes takes, Endpoint endpoint) {
        return new Address(method, path, takes, BODY_LIMIT, ErrorForm.PROBLEM, false, none -> false, endpoint);
    }

    public Address sayingNo(ErrorForm form) {
        return new Address(method, path, takes, bodyLimit, form, forEveryOrigin, origins, endpoint);
    }

    public Address openToEveryOrigin() {
        return new Address(method, path, takes, bodyLimit, errors, true, origins, endpoint);
    }

    /** Scripts of these origins may call and read the answers (Fetch standard §3.2); without cookies. */
    public Address openTo(Predicate<String> these) {
        return new Address(method, path, takes, bodyLimit, errors, forEveryOrigin, these, endpoint);
    }

    boolean endsInVariable() {
        return path.endsWith("}");
    }

    /** The path up to its variable segment. */
    String stem() {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }
}
