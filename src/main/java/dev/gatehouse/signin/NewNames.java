package dev.gatehouse.signin;

import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.ForeignPerson;
import dev.gatehouse.identity.Username;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/** What somebody could be called here who comes from a provider: as they are called there, else as their mail address begins, and with digits where that is taken. */
final class NewNames {
    private static final int WITH_DIGITS = 8;
    private static final int LONGEST = 48;

    private NewNames() {}

    static List<Username> of(ForeignPerson who, SecureRandom random) {
        String name = who.nickname()
                .map(NewNames::fitting)
                .filter(text -> !text.isEmpty())
                .or(() -> who.email()
                        .map(EmailAddress::value)
                        .map(NewNames::fitting)
                        .filter(text -> !text.isEmpty()))
                .orElse("user");
        var names = new ArrayList<Username>();
        names.add(new Username(name));
        for (int i = 1; i <= WITH_DIGITS; i++)
            names.add(new Username(name + "-" + (1_000 + random.nextInt(9_000 * (i > 4 ? 100_000 : 1)))));
        return names;
    }

    /** In the letters that names have; of an address, what is before the sign. */
    private static String fitting(String text) {
        int at = text.indexOf('@');
        String plain = Normalizer.normalize(at > 0 ? text.substring(0, at) : text, Normalizer.Form.NFKD)
                .strip()
                .replaceAll("\\s+", ".")
                .replaceAll("[^A-Za-z0-9._+-]", "");
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST);
    }
}
