package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** A password in Unicode normal form C, so that it is the same from every keyboard (RFC 8265 §4.2, NIST SP 800-63B §3.1.1.2). Nothing is cut off or folded. */
public record Password(Secret nfc) {
    public static Password typed(String text) {
        return new Password(new Secret(Normalizer.normalize(text, Normalizer.Form.NFC)));
    }

    /** Length as a person counts: code points. */
    public int length() {
        String text = nfc.reveal();
        return text.codePointCount(0, text.length());
    }

    /** What is hashed. */
    byte[] bytes() {
        return nfc.reveal().getBytes(StandardCharsets.UTF_8);
    }
}
