package dev.gatehouse.identity;

import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.vocabulary.Sha256;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * An authenticator and its browser in software: makes attestation objects and assertions as WebAuthn L3 §6 and §5.8.1 say, and may be told to get any part of them
 * wrong. Answers are what {@code PublicKeyCredential.toJSON()} gives.
 */
public final class SoftPasskey {
    private static final SecureRandom RANDOM = new SecureRandom();
    static final int UP = 1;
    static final int UV = 4;
    static final int BE = 8;
    static final int BS = 16;
    static final int AT = 64;

    /** What the answer says; a test changes what it wants to be wrong. */
    public static final class Says {
        public String type;
        public String challenge;
        public String origin;
        public JsonObject moreClientData = new JsonObject();
        public String rpId;
        public int flags;
        public long count;
        public byte[] id;
        public String userHandle;
        public String format = "none";
        public Map<Object, Object> cose;
        public boolean breakSignature;
        public Consumer<JsonObject> after = json -> {};
    }

    public enum Kind {
        ES256,
        EDDSA,
        RS256,
        ES384
    }

    private final Kind kind;
    private final KeyPair keys;
    private final byte[] id = new byte[32];
    private final String origin;
    private String userHandle = "";
    private long count;
    private boolean counts;
    private int flags = UP | UV | BE | BS;

    private SoftPasskey(Kind kind, String origin) {
        this.kind = kind;
        this.origin = origin;
        this.keys = pair(kind);
        RANDOM.nextBytes(id);
    }

    /** In a browser that shows a page of {@code origin}; synced between devices, so it does not count. */
    public static SoftPasskey of(Kind kind, String origin) {
        return new SoftPasskey(kind, origin);
    }

    /** A security key: it counts, and stays where it is. */
    public SoftPasskey counting() {
        counts = true;
        flags = UP | UV;
        return this;
    }

    /** A device that knows nobody but who touches it. */
    public SoftPasskey withoutUserVerification() {
        flags &= ~UV;
        return this;
    }

    public String id() {
        return Base64Url.encode(id);
    }

    /** {@code navigator.credentials.create}. */
    public String create(JsonObject options) {
        return create(options, says -> {});
    }

    public String create(JsonObject options, Consumer<Says> wrong) {
        userHandle = options.getJsonObject("user").getString("id");
        var says = says(options, "webauthn.create", options.getJsonObject("rp").getString("id"));
        says.flags |= AT;
        says.cose = cose();
        wrong.accept(says);
        byte[] clientData = clientData(says);
        var body = new ByteArrayOutputStream();
        body.writeBytes(header(says));
        body.writeBytes(new byte[16]);
        body.writeBytes(new byte[] {(byte) (says.id.length >> 8), (byte) says.id.length});
        body.writeBytes(says.id);
        body.writeBytes(Cbor.of(says.cose));
        byte[] authenticatorData = body.toByteArray();
        var attestation = new LinkedHashMap<Object, Object>();
        attestation.put("fmt", says.format);
        attestation.put(
                "attStmt",
                says.format.equals("packed")
                        ? Map.of("alg", algorithm(), "sig", sign(authenticatorData, clientData))
                        : Map.of());
        attestation.put("authData", authenticatorData);
        var response = new JsonObject()
                .put("clientDataJSON", Base64Url.encode(clientData))
                .put("attestationObject", Base64Url.encode(Cbor.of(attestation)))
                .put("authenticatorData", Base64Url.encode(authenticatorData))
                .put("transports", new JsonArray(List.of("internal", "hybrid")));
        return answer(says, response);
    }

    /** {@code navigator.credentials.get}. */
    public String get(JsonObject options) {
        return get(options, says -> {});
    }

    public String get(JsonObject options, Consumer<Says> wrong) {
        var says = says(options, "webauthn.get", options.getString("rpId"));
        says.userHandle = userHandle;
        wrong.accept(says);
        byte[] clientData = clientData(says);
        byte[] authenticatorData = header(says);
        byte[] signature = sign(authenticatorData, clientData);
        if (says.breakSignature) signature[signature.length - 1] ^= 1;
        var response = new JsonObject()
                .put("clientDataJSON", Base64Url.encode(clientData))
                .put("authenticatorData", Base64Url.encode(authenticatorData))
                .put("signature", Base64Url.encode(signature))
                .put("userHandle", says.userHandle);
        return answer(says, response);
    }

    private Says says(JsonObject options, String type, String rpId) {
        var says = new Says();
        says.type = type;
        says.challenge = options.getString("challenge");
        says.origin = origin;
        says.rpId = rpId;
        says.flags = flags;
        says.id = id;
        if (counts) count++;
        says.count = count;
        return says;
    }

    private static String answer(Says says, JsonObject response) {
        String id = Base64Url.encode(says.id);
        var json = new JsonObject()
                .put("id", id)
                .put("rawId", id)
                .put("type", "public-key")
                .put("authenticatorAttachment", "platform")
                .put("clientExtensionResults", new JsonObject().put("credProps", new JsonObject().put("rk", true)))
                .put("response", response);
        says.after.accept(json);
        return json.encode();
    }

    private static byte[] clientData(Says says) {
        return new JsonObject()
                .put("type", says.type)
                .put("challenge", says.challenge)
                .put("origin", says.origin)
                .put("crossOrigin", false)
                .mergeIn(says.moreClientData)
                .encode()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Hash of the host, flags, counter (§6.1). */
    private static byte[] header(Says says) {
        return ByteBuffer.allocate(37)
                .put(Sha256.of(says.rpId))
                .put((byte) says.flags)
                .putInt((int) says.count)
                .array();
    }

    private byte[] sign(byte[] authenticatorData, byte[] clientData) {
        try {
            var signature = Signature.getInstance(
                    switch (kind) {
                        case ES256 -> "SHA256withECDSA";
                        case ES384 -> "SHA384withECDSA";
                        case EDDSA -> "Ed25519";
                        case RS256 -> "SHA256withRSA";
                    });
            signature.initSign(keys.getPrivate());
            signature.update(authenticatorData);
            signature.update(Sha256.of(clientData));
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private int algorithm() {
        return switch (kind) {
            case ES256 -> -7;
            case ES384 -> -35;
            case EDDSA -> -8;
            case RS256 -> -257;
        };
    }

    /** RFC 9053 §7, RFC 8230 §4. */
    Map<Object, Object> cose() {
        var cose = new LinkedHashMap<Object, Object>();
        if (keys.getPublic() instanceof ECPublicKey ec) {
            int bytes = kind == Kind.ES384 ? 48 : 32;
            cose.put(1, 2);
            cose.put(3, algorithm());
            cose.put(-1, kind == Kind.ES384 ? 2 : 1);
            cose.put(-2, unsigned(ec.getW().getAffineX(), bytes));
            cose.put(-3, unsigned(ec.getW().getAffineY(), bytes));
        } else if (keys.getPublic() instanceof RSAPublicKey rsa) {
            cose.put(1, 3);
            cose.put(3, algorithm());
            cose.put(-1, unsigned(rsa.getModulus(), rsa.getModulus().bitLength() / 8));
            cose.put(-2, unsigned(rsa.getPublicExponent(), 3));
        } else {
            byte[] encoded = keys.getPublic().getEncoded();
            cose.put(1, 1);
            cose.put(3, algorithm());
            cose.put(-1, 6);
            cose.put(-2, Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        }
        return cose;
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] signed = number.toByteArray();
        byte[] bytes = new byte[length];
        int copied = Math.min(signed.length, length);
        System.arraycopy(signed, signed.length - copied, bytes, length - copied, copied);
        return bytes;
    }

    private static KeyPair pair(Kind kind) {
        try {
            var generator = KeyPairGenerator.getInstance(
                    switch (kind) {
                        case ES256, ES384 -> "EC";
                        case EDDSA -> "Ed25519";
                        case RS256 -> "RSA";
                    });
            if (kind == Kind.ES256) generator.initialize(new ECGenParameterSpec("secp256r1"));
            if (kind == Kind.ES384) generator.initialize(new ECGenParameterSpec("secp384r1"));
            if (kind == Kind.RS256) generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** As much of CBOR as an authenticator writes (RFC 8949 §3): whole numbers, bytes, texts, maps. */
    static final class Cbor {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        static byte[] of(Object value) {
            var cbor = new Cbor();
            cbor.write(value);
            return cbor.out.toByteArray();
        }

        private void write(Object value) {
            if (value instanceof Integer number) head(number < 0 ? 1 : 0, number < 0 ? -1 - number : number);
            else if (value instanceof byte[] bytes) {
                head(2, bytes.length);
                out.writeBytes(bytes);
            } else if (value instanceof String text) {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                head(3, utf8.length);
                out.writeBytes(utf8);
            } else if (value instanceof Map<?, ?> map) {
                head(5, map.size());
                map.forEach((key, each) -> {
                    write(key);
                    write(each);
                });
            } else throw new IllegalArgumentException(String.valueOf(value));
        }

        private void head(int major, int number) {
            if (number < 24) out.write(major << 5 | number);
            else if (number < 256) out.writeBytes(new byte[] {(byte) (major << 5 | 24), (byte) number});
            else out.writeBytes(new byte[] {(byte) (major << 5 | 25), (byte) (number >> 8), (byte) number});
        }
    }
}
