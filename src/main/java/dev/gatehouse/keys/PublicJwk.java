package dev.gatehouse.keys;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Public keys as JSON and back (RFC 7517, RFC 7518 §6, RFC 8037 §2). Reading is strict: sizes are exact, points lie on the curve. */
public final class PublicJwk {
    private static final int COORDINATE_BYTES = 32;
    private static final int RSA_BITS_LEAST = 2048;
    private static final int RSA_BITS_MOST = 8192;
    private static final byte[] ED25519_PREFIX = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
    };
    static final ECParameterSpec P256 = p256();

    private PublicJwk() {}

    /** Why a JWK is of no use to us. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        public Unusable(String why) {
            super(why, null, false, false);
        }
    }

    /** Only the members that the thumbprint covers, in its order (RFC 7638 §3.2). */
    public static Map<String, String> write(PublicKey key) {
        var members = new LinkedHashMap<String, String>();
        if (key instanceof ECPublicKey ec) {
            members.put("crv", "P-256");
            members.put("kty", "EC");
            members.put("x", Base64Url.encode(unsigned(ec.getW().getAffineX(), COORDINATE_BYTES)));
            members.put("y", Base64Url.encode(unsigned(ec.getW().getAffineY(), COORDINATE_BYTES)));
        } else if (key instanceof RSAPublicKey rsa) {
            members.put(
                    "e",
                    Base64Url.encode(unsigned(
                            rsa.getPublicExponent(), (rsa.getPublicExponent().bitLength() + 7) / 8)));
            members.put("kty", "RSA");
            members.put(
                    "n",
                    Base64Url.encode(
                            unsigned(rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8)));
        } else {
            byte[] encoded = key.getEncoded();
            members.put("crv", "Ed25519");
            members.put("kty", "OKP");
            members.put("x", Base64Url.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
        }
        return members;
    }

    /** A name that only this key can have (RFC 7638). */
    public static String thumbprint(PublicKey key) {
        var text = new StringBuilder("{");
        write(key).forEach((name, value) -> text.append(text.length() == 1 ? "" : ",")
                .append('"')
                .append(name)
                .append("\":\"")
                .append(value)
                .append('"'));
        return Hashes.sha256(text.append('}').toString().getBytes(StandardCharsets.UTF_8));
    }

    public static PublicKey read(Map<String, ?> jwk) throws Unusable {
        if (jwk.containsKey("d") || jwk.containsKey("k"))
            throw new Unusable("it holds a secret; publish public keys only");
        try {
            return switch (text(jwk, "kty")) {
                case "EC" -> ec(jwk);
                case "RSA" -> rsa(jwk);
                case "OKP" -> ed25519(jwk);
                default -> throw new Unusable("kty is not EC, RSA or OKP");
            };
        } catch (GeneralSecurityException e) {
            throw new Unusable("it is not a valid key");
        }
    }

    private static PublicKey ec(Map<String, ?> jwk) throws Unusable, GeneralSecurityException {
        if (!text(jwk, "crv").equals("P-256")) throw new Unusable("the curve is not P-256");
        var x = new BigInteger(1, bytes(jwk, "x", COORDINATE_BYTES));
        var y = new BigInteger(1, bytes(jwk, "y", COORDINATE_BYTES));
        if (!isOnCurve(x, y)) throw new Unusable("the point is not on the curve");
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(new ECPoint(x, y), P256));
    }

    /** y² = x³ + ax + b over the field; the JDK's key factory does not ask. */
    private static boolean isOnCurve(BigInteger x, BigInteger y) {
        var p = ((ECFieldFp) P256.getCurve().getField()).getP();
        if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) return false;
        var right = x.pow(3)
                .add(P256.getCurve().getA().multiply(x))
                .add(P256.getCurve().getB())
                .mod(p);
        return y.pow(2).mod(p).equals(right);
    }

    private static PublicKey rsa(Map<String, ?> jwk) throws Unusable, GeneralSecurityException {
        var modulus = new BigInteger(1, bytes(jwk, "n"));
        var exponent = new BigInteger(1, bytes(jwk, "e"));
        if (modulus.bitLength() < RSA_BITS_LEAST) throw new Unusable("the modulus has fewer than 2048 bits");
        if (modulus.bitLength() > RSA_BITS_MOST) throw new Unusable("the modulus has more than 8192 bits");
        if (!modulus.testBit(0)) throw new Unusable("the modulus is even");
        if (!exponent.testBit(0) || exponent.bitLength() < 2 || exponent.bitLength() > 33)
            throw new Unusable("the exponent is not one in use");
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }

    private static PublicKey ed25519(Map<String, ?> jwk) throws Unusable, GeneralSecurityException {
        if (!text(jwk, "crv").equals("Ed25519")) throw new Unusable("the curve is not Ed25519");
        byte[] encoded = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + 32);
        System.arraycopy(bytes(jwk, "x", 32), 0, encoded, ED25519_PREFIX.length, 32);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static String text(Map<String, ?> jwk, String name) throws Unusable {
        if (jwk.get(name) instanceof String text) return text;
        throw new Unusable(name + " is missing");
    }

    private static byte[] bytes(Map<String, ?> jwk, String name) throws Unusable {
        byte[] bytes = Base64Url.decode(text(jwk, name));
        if (bytes == null || bytes.length == 0) throw new Unusable(name + " is not base64url");
        return bytes;
    }

    private static byte[] bytes(Map<String, ?> jwk, String name, int length) throws Unusable {
        byte[] bytes = bytes(jwk, name);
        if (bytes.length != length) throw new Unusable(name + " does not have " + length + " bytes");
        return bytes;
    }

    /** Big-endian without a sign byte, filled up with zeros. */
    private static byte[] unsigned(BigInteger number, int length) {
        byte[] signed = number.toByteArray();
        byte[] bytes = new byte[length];
        int copied = Math.min(signed.length, length);
        System.arraycopy(signed, signed.length - copied, bytes, length - copied, copied);
        return bytes;
    }

    private static ECParameterSpec p256() {
        try {
            var parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("P-256 is not available", e);
        }
    }
}
