package dev.gatehouse.signin;

import dev.gatehouse.identity.Due;

/** Where people do what is due before they go on. */
public final class DuePages {
    private DuePages() {}

    public static String of(Due due) {
        return switch (due) {
            case TERMS -> TermsPage.PATH;
            case MAIL -> VerifyPage.PATH;
        };
    }
}
