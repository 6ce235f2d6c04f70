package dev.gatehouse.signin;

import dev.gatehouse.identity.Due;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What comes next for somebody who signs in. */
sealed interface SignInStep {
    /** They say who they are: by password, passkey, or another provider. */
    record Identify() implements SignInStep {}

    /** They show something else besides, by any of these ways. */
    record SecondFactor(Set<Way> ways) implements SignInStep {
        public SecondFactor {
            ways = EnumSet.copyOf(ways);
        }
    }

    enum Way {
        /** Of the authenticator app, or one for recovery. */
        CODE,
        PASSKEY
    }

    /** A second factor is wanted, and the account has none. */
    record Enrol() implements SignInStep {}

    /** It is they: they are signed in as {@code as} says, and are given nothing before they have done what is due. */
    record Owes(Due due, Done as) implements SignInStep {}

    /** Nothing is missing. {@code given} is whether anything was shown for it, or what the session had was enough. */
    record Done(String acr, List<String> amr, Optional<Instant> secondFactorAt, boolean given) implements SignInStep {
        public Done {
            amr = List.copyOf(amr);
        }
    }

    record Refused(Why why) implements SignInStep {}

    enum Why {
        LOCKED,
        SOMEBODY_ELSE
    }
}
