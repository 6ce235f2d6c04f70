package dev.gatehouse.vocabulary;

import java.util.Locale;

/** Why Gatehouse itself answered instead of an API: the whole catalogue, each documented in {@code src/docs/reasons.md}. */
public enum Reason implements Problem {
    // The request itself
    BAD_REQUEST(400, "The request cannot be understood"),
    AMBIGUOUS_REQUEST(400, "The request can be read in two ways"),
    BAD_JSON(400, "The body is not the JSON that is expected"),
    URI_TOO_LONG(414, "The address is too long"),
    HEADERS_TOO_LARGE(431, "The header section is too large"),
    BODY_TOO_LARGE(413, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body has a type that is not taken here"),
    WEBSOCKET_VERSION(426, "WebSockets are spoken in another version here"),
    REQUEST_TIMEOUT(408, "The request took too long to arrive"),

    // Where it leads
    NO_ROUTE(404, "Nothing is here"),
    METHOD_NOT_ALLOWED(405, "This address does not take that method"),
    ORIGIN_NOT_ALLOWED(403, "This origin may not ask"),
    WRONG_ADDRESS(421, "You came by another address"),
    CROSS_SITE(403, "This was sent from a page of another site"),
    FOREIGN_FORM(403, "This form did not come from its page"),

    // Who is calling
    LOGIN_REQUIRED(401, "Sign in first"),
    INVALID_TOKEN(401, "The token is not valid"),
    STEP_UP_REQUIRED(401, "A more recent or stronger sign-in is needed"),
    SECOND_FACTOR_REQUIRED(401, "A second factor is needed"),
    STREAM_EXPIRED(401, "What the stream was opened with has expired"),
    STREAM_REVOKED(401, "What the stream was opened with was revoked"),

    // May they
    SCOPE_MISSING(403, "The token lacks a scope"),
    ROLE_MISSING(403, "Not allowed"),
    GROUP_MISSING(403, "Not allowed"),
    CLAIM_MISMATCH(403, "Not allowed"),
    CLIENT_NOT_ALLOWED(403, "Not allowed"),
    NETWORK_NOT_ALLOWED(403, "Not allowed"),
    DENIED(403, "Not allowed"),

    // Apps that send people here
    APP_UNKNOWN(400, "This app is not known here"),
    RETURN_ADDRESS_UNKNOWN(400, "The app's return address is not known here"),
    SIGN_IN_OVER(400, "This sign-in is over"),

    // Accounts
    REGISTRATION_CLOSED(403, "Registration is closed"),
    USERNAME_TAKEN(409, "That name is taken"),
    USERNAME_INVALID(400, "That name cannot be used"),
    EMAIL_INVALID(400, "That is not a mail address"),
    PASSWORD_TOO_SHORT(400, "The password is too short"),
    PASSWORD_TOO_LONG(400, "The password is too long"),
    PASSWORD_COMMON(400, "The password is too easy to guess"),
    PASSWORD_IS_NAME(400, "The password is too close to the name"),
    PASSWORD_BREACHED(400, "The password is known from a breach"),
    LAST_ADMINISTRATOR(409, "The last administrator stays"),
    EMAIL_NOT_ALLOWED(403, "Addresses of that kind are not taken here"),
    INVITATION_INVALID(403, "An invitation is needed"),
    TERMS_REQUIRED(403, "The terms have to be accepted first"),
    EMAIL_UNVERIFIED(403, "The mail address has to be verified first"),
    MAIL_OFF(403, "This house sends no mail"),
    LINK_OVER(400, "This link is over"),
    LOGIN_DISABLED(403, "Signing in with a password is switched off"),
    INVALID_CREDENTIALS(401, "Name or password is wrong"),
    PASSKEY_REFUSED(403, "The passkey was not accepted"),
    PASSKEY_NAME_INVALID(400, "A passkey cannot be called that"),
    TOO_MANY_PASSKEYS(409, "There are too many passkeys"),
    PROVIDER_REFUSED(403, "The sign-in with the other provider was not accepted"),
    PROVIDER_UNAVAILABLE(503, "The other provider cannot be reached"),
    IDENTITY_TAKEN(409, "That login belongs to another account"),
    LAST_WAY_IN(409, "This is the last way in"),
    INVALID_SCOPE(400, "An unknown or unavailable scope was asked for"),
    INVALID_TARGET(400, "An unknown resource was asked for"),
    TOO_MANY_ATTEMPTS(429, "Too many attempts"),
    RATE_LIMITED(429, "Too many requests"),
    BUSY(503, "Busy; try again shortly"),

    // What stands behind us
    DATABASE_UNAVAILABLE(503, "The database cannot be reached"),
    ISSUER_UNAVAILABLE(503, "The token's issuer cannot be reached"),
    UPSTREAM_UNAVAILABLE(503, "The API is not there"),
    UPSTREAM_SPARED(503, "The API is given a rest"),
    UPSTREAM_UNREACHABLE(502, "The API cannot be reached"),
    UPSTREAM_FAILED(502, "The API answered with something that is not an answer"),
    UPSTREAM_TIMEOUT(504, "The API took too long"),
    SHUTTING_DOWN(503, "Closing down"),
    INTERNAL(500, "Something went wrong on our side");

    private final int status;
    private final String title;

    Reason(int status, String title) {
        this.status = status;
        this.title = title;
    }

    @Override
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String title() {
        return title;
    }
}
