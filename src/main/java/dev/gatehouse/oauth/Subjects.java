package dev.gatehouse.oauth;

import dev.gatehouse.clients.Client;
import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Secrets;
import dev.gatehouse.signin.Secrets.Purpose;
import dev.gatehouse.vocabulary.UserId;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * By which {@code sub} a client knows a person: the account's id, or one that differs from sector to sector and leads back to nobody (OpenID Connect Core §8.1).
 * For ID tokens, user information, introspection and logout tokens; access tokens keep the account's id, which APIs, rules and revocations go by.
 */
public final class Subjects {
    private static final String HMAC = "HmacSHA256";

    private final SecretKeySpec key;

    public Subjects(House house) {
        this(house.secrets());
    }

    Subjects(Secrets secrets) {
        this.key = new SecretKeySpec(secrets.of(Purpose.PAIRWISE), HMAC);
    }

    public String of(Client client, UserId account) {
        return client.subjects()
                .sector()
                .map(sector -> pairwise(sector, account))
                .orElse(account.value());
    }

    /** A sector is a host name, so no zero can stand in it, and no two pairs make the same text. */
    private String pairwise(String sector, UserId account) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            byte[] text = (sector + '\0' + account.value()).getBytes(StandardCharsets.UTF_8);
            return Base64Url.encode(mac.doFinal(text));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("HMAC-SHA256 is in every JDK", impossible);
        }
    }
}
