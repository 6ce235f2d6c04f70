package dev.gatehouse.cli;

import dev.gatehouse.identity.Password;
import java.security.SecureRandom;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The password of an account that is made or changed: asked for, read from standard input, or made and shown this once. */
final class NewPassword {
    @Mixin
    private final SecretInput input = new SecretInput();

    @Option(names = "--generate", description = "Make a password and show it, this once.")
    private boolean generate;

    boolean isGenerated() {
        return generate;
    }

    Password get(Terminal terminal) {
        return generate ? Password.generated(new SecureRandom()) : Password.typed(input.readNew(terminal, "Password"));
    }
}
