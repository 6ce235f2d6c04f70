package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.AuthenticatorApps;
import dev.gatehouse.identity.RecoveryCodes;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;

/** Codes that people type as a second factor, all in one field: few digits are of an app, anything else is for recovery. */
final class SecondFactorCodes {
    private static final Pattern DIGITS = Pattern.compile("[\\s\\d-]{1,12}");

    private final AuthenticatorApps apps;
    private final RecoveryCodes recovery;
    private final InstantSource clock;

    SecondFactorCodes(House house) {
        this.apps = house.authenticators();
        this.recovery = house.recoveryCodes();
        this.clock = house.clock();
    }

    /** What was shown by it, which is used up now; empty where it is wrong. Refused with {@code too_many_attempts} after ten wrong ones, which count for a browser that is known by {@code device} apart. */
    Future<Optional<ProofKind>> check(UserId account, String code, Source source, Optional<DeviceCookie> device) {
        Optional<Buffer> hash = device.map(DeviceCookie::hash);
        if (DIGITS.matcher(code).matches())
            return apps.check(account, code, clock.instant(), hash)
                    .map(right -> right ? Optional.of(ProofKind.AUTHENTICATOR) : Optional.empty());
        return recovery.use(account, code, source, hash)
                .map(right -> right ? Optional.of(ProofKind.RECOVERY_CODE) : Optional.empty());
    }
}
