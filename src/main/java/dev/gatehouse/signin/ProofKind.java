package dev.gatehouse.signin;

import java.util.List;

/** What somebody can show to say who they are; {@code methods} are its words in {@code amr} (RFC 8176 §2; {@code fed} is ours). */
enum ProofKind {
    PASSWORD(Role.FIRST, "pwd"),
    /** Somebody else's word: another provider. */
    PROVIDER(Role.FIRST, "fed"),
    /** A code of an authenticator app. */
    AUTHENTICATOR(Role.SECOND, "otp"),
    RECOVERY_CODE(Role.SECOND, "otp"),
    /** A passkey in hardware that was touched, by whomever. */
    KEY(Role.EITHER, "hwk"),
    SYNCED_KEY(Role.EITHER, "swk"),
    /** A passkey whose holder was asked for a PIN or a finger: something they have, and something they know or are. */
    VERIFIED_KEY(Role.BOTH, "hwk", "user"),
    VERIFIED_SYNCED_KEY(Role.BOTH, "swk", "user");

    enum Role {
        FIRST,
        SECOND,
        EITHER,
        BOTH
    }

    private final Role role;
    private final List<String> methods;

    ProofKind(Role role, String... methods) {
        this.role = role;
        this.methods = List.of(methods);
    }

    Role role() {
        return role;
    }

    List<String> methods() {
        return methods;
    }

    /** Whether it says by itself who somebody is. */
    boolean opens() {
        return role != Role.SECOND;
    }

    /** Whether it opens, and leaves room for another. */
    boolean isOneFactor() {
        return role == Role.FIRST || role == Role.EITHER;
    }

    static ProofKind passkey(boolean synced, boolean verified) {
        if (verified) return synced ? VERIFIED_SYNCED_KEY : VERIFIED_KEY;
        return synced ? SYNCED_KEY : KEY;
    }
}
