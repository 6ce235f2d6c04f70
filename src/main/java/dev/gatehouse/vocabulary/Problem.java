package dev.gatehouse.vocabulary;

/** Something a caller can be told: a wire code, an HTTP status and a short title. Implemented by enums, so that each can be documented. */
public interface Problem {
    /** The word on the wire, for example {@code no_route}. */
    String code();

    int status();

    /** A short sentence for people that is the same every time (RFC 9457 §3.1.3). */
    String title();

    /** The refusal that carries this problem and the sentence the caller may see. */
    default Refusal because(String detail) {
        return new Refusal(this, detail);
    }
}
