package dev.gatehouse.identity;

/** What somebody who has signed in may have to do before they are given anything, in this order. */
public enum Due {
    /** Accept the terms in their newest version. */
    TERMS,
    /** Show that the mail address is theirs. */
    MAIL
}
