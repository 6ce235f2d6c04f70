package dev.gatehouse.tokens;

import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeyRing;
import dev.gatehouse.keys.PublicJwk;
import dev.gatehouse.keys.Signatures;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Every token of {@code tokens/bad-tokens.txt}, made for a house: its keys, its name, an audience. All must be refused with 401 {@code invalid_token}, asked of
 * the verifier or over HTTP.
 */
public final class BadTokens {
    private static final Pattern TIME = Pattern.compile("\\bnow(?:([+-])(\\d+))?\\b");
    private static final Pattern BYTE = Pattern.compile("\\\\x([0-9a-f]{2})");
    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    private static final Map<JwsAlgorithm, KeyPair> STRANGER = Map.of(
            JwsAlgorithm.ES256, CryptoProvider.fastest().newPair(JwsAlgorithm.ES256),
            JwsAlgorithm.RS256, CryptoProvider.fastest().newPair(JwsAlgorithm.RS256));

    private final KeyRing ring;
    private final Signatures signatures;
    private final String issuer;
    private final String audience;
    private final Instant now;

    public BadTokens(KeyRing ring, Signatures signatures, String issuer, String audience, Instant now) {
        this.ring = ring;
        this.signatures = signatures;
        this.issuer = issuer;
        this.audience = audience;
        this.now = now;
    }

    /** {@code why} is part of the sentence that refuses it. */
    public record BadToken(String name, String token, String why) {
        @Override
        public String toString() {
            return name;
        }
    }

    public List<BadToken> all() {
        return rows().map(this::made).toList();
    }

    /** What every recipe starts from: a token that must be accepted. */
    public String good() {
        return new Draft().text();
    }

    private static java.util.stream.Stream<String[]> rows() {
        try (var file = BadTokens.class.getResourceAsStream("/tokens/bad-tokens.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" \\| "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BadToken made(String[] row) {
        if (row.length != 3)
            throw new IllegalArgumentException("not name | recipe | reason: " + String.join(" | ", row));
        var draft = new Draft();
        String text = null;
        for (String step : row[1].split(" ; ")) {
            if (step.startsWith("text ")) text = respelled(text == null ? draft.text() : text, step.substring(5));
            else draft.take(step);
        }
        return new BadToken(row[0], text == null ? draft.text() : text, row[2]);
    }

    private final class Draft {
        private final JsonObject header = new JsonObject();
        private final JsonObject claims = new JsonObject();
        private String headerText = null;
        private String claimsText = null;
        private String signer = "ES256";
        private String signature = "";

        Draft() {
            header.put("typ", "at+jwt").put("alg", "ES256").put("kid", kid(JwsAlgorithm.ES256));
            claims.put("iss", issuer)
                    .put("exp", now.getEpochSecond() + 600)
                    .put("aud", audience)
                    .put("sub", "user-1")
                    .put("client_id", "gatehouse")
                    .put("iat", now.getEpochSecond())
                    .put("jti", "id-1")
                    .put("scope", "data:read");
        }

        void take(String step) {
            String[] words = step.split(" ", 2);
            switch (words[0]) {
                case "header" -> set(header, words[1]);
                case "claim" -> set(claims, words[1]);
                case "header-text" ->
                    headerText = replaced(headerText == null ? header.encode() : headerText, words[1]);
                case "claims-text" ->
                    claimsText = replaced(claimsText == null ? claims.encode() : claimsText, words[1]);
                case "sign" -> signer = words[1];
                case "signature" -> signature = words[1];
                default -> throw new IllegalArgumentException("no such step: " + step);
            }
        }

        String text() {
            String signed = encoded(headerText == null ? header.encode() : headerText)
                    + '.'
                    + encoded(claimsText == null ? claims.encode() : claimsText);
            if (signature.equals("of the good token")) return signed + good().substring(good().lastIndexOf('.'));
            byte[] made = resigned(sign(signer, signed.getBytes(StandardCharsets.ISO_8859_1)), signature);
            return signed + '.' + Base64Url.encode(made);
        }
    }

    private void set(JsonObject object, String change) {
        if (change.endsWith(" -")) {
            object.remove(change.substring(0, change.length() - 2));
            return;
        }
        String[] sides = change.split(" = ", 2);
        object.put(sides[0], new JsonObject("{\"v\":" + filledIn(sides[1]) + "}").getValue("v"));
    }

    private String filledIn(String json) {
        String filled = TIME.matcher(json).replaceAll(match -> {
            long shift = match.group(2) == null ? 0 : Long.parseLong(match.group(2));
            return String.valueOf(now.getEpochSecond() + ("-".equals(match.group(1)) ? -shift : shift));
        });
        return filled.replace("$ISS/", quoted(issuer + "/"))
                .replace("$UPPERISS", quoted(issuer.toUpperCase(Locale.ROOT)))
                .replace("$ISS", quoted(issuer))
                .replace("$UPPERAUD", quoted(audience.toUpperCase(Locale.ROOT)))
                .replace("$AUD.evil.example", quoted(audience + ".evil.example"))
                .replace("$AUD", quoted(audience))
                .replace("$RS256", quoted(kid(JwsAlgorithm.RS256)))
                .replace("$LONG1025", quoted("x".repeat(1025)))
                .replace("$LONG", quoted("x".repeat(300)))
                .replace("$HUGE", quoted("x".repeat(20_000)))
                .replace(
                        "$STRANGER",
                        new JsonObject(Map.copyOf(PublicJwk.write(
                                        STRANGER.get(JwsAlgorithm.ES256).getPublic())))
                                .encode());
    }

    private static String replaced(String text, String change) {
        String[] sides = change.split(" -> ", 2);
        String to =
                BYTE.matcher(sides[1]).replaceAll(match -> String.valueOf((char) Integer.parseInt(match.group(1), 16)));
        to = to.replace("$DIGITS", "1".repeat(1000)).replace("$NESTED", "[".repeat(1000) + "]".repeat(1000));
        int at = sides[0].equals("}") ? text.lastIndexOf('}') : text.indexOf(sides[0]);
        if (at < 0) throw new IllegalArgumentException("nothing to replace: " + change);
        return text.substring(0, at) + to + text.substring(at + sides[0].length());
    }

    private byte[] sign(String signer, byte[] text) {
        return switch (signer) {
            case "ES256", "RS256" ->
                signatures.sign(ring.active(JwsAlgorithm.valueOf(signer)).orElseThrow(), text);
            case "stranger ES256" -> signed("SHA256withECDSAinP1363Format", STRANGER.get(JwsAlgorithm.ES256), text);
            case "stranger RS256" -> signed("SHA256withRSA", STRANGER.get(JwsAlgorithm.RS256), text);
            case "HS256 jwks" -> hmac(ring.jwks().getBytes(), text);
            case "HS256 jwk" ->
                hmac(
                        new JsonObject(Map.copyOf(PublicJwk.write(publicKey().getPublic())))
                                .toBuffer()
                                .getBytes(),
                        text);
            case "HS256 pem" -> hmac(pem().getBytes(StandardCharsets.ISO_8859_1), text);
            case "HS256 der" -> hmac(publicKey().getPublic().getEncoded(), text);
            case "HS256 empty" -> hmac(new byte[1], text);
            case "nothing" -> new byte[0];
            default -> throw new IllegalArgumentException("no such signer: " + signer);
        };
    }

    private static byte[] resigned(byte[] signature, String how) {
        return switch (how) {
            case "" -> signature;
            case "zeros" -> new byte[signature.length];
            case "ones" -> filled(signature.length, 0xff);
            case "der" -> der(signature);
            case "cut" -> Arrays.copyOf(signature, signature.length - 1);
            case "grown" -> Arrays.copyOf(signature, signature.length + 1);
            case "one byte" -> new byte[1];
            case "huge" -> new byte[4096];
            case "zero before" -> joined(new byte[1], signature);
            case "r=0" -> joined(new byte[32], Arrays.copyOfRange(signature, 32, 64));
            case "s=0" -> joined(Arrays.copyOf(signature, 32), new byte[32]);
            case "r=n" -> joined(unsigned(P256_ORDER), Arrays.copyOfRange(signature, 32, 64));
            case "s=n" -> joined(Arrays.copyOf(signature, 32), unsigned(P256_ORDER));
            case "swapped" -> joined(Arrays.copyOfRange(signature, 32, 64), Arrays.copyOf(signature, 32));
            case "flipped" -> {
                byte[] flipped = signature.clone();
                flipped[5] ^= 1;
                yield flipped;
            }
            default -> throw new IllegalArgumentException("no such signature: " + how);
        };
    }

    /** Other spellings; {@code h, p, s} are the segments. */
    private static String respelled(String token, String how) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        String h = token.substring(0, first);
        String p = token.substring(first + 1, second);
        String s = token.substring(second + 1);
        return switch (how) {
            case "two segments" -> h + '.' + p;
            case "one segment" -> h;
            case "fourth segment" -> token + "." + s;
            case "five segments" -> token + ".AAAA.AAAA";
            case "dot behind" -> token + '.';
            case "dot before" -> '.' + token;
            case "nothing" -> "";
            case "two dots" -> "e30.e30.";
            case "dots" -> ".".repeat(1000);
            case "swapped" -> p + '.' + h + '.' + s;
            case "no payload" -> h + ".." + s;
            case "no header" -> '.' + p + '.' + s;
            case "twice" -> token + token;
            case "bearer" -> "Bearer " + token;
            case "json" -> "{\"payload\":\"" + p + "\",\"protected\":\"" + h + "\",\"signature\":\"" + s + "\"}";
            case "cut" -> token.substring(0, token.length() - 2);
            case "padding" -> token + "==";
            case "padding in header" -> h + "=." + p + '.' + s;
            case "leftover bits" -> h + '.' + p + '.' + leftover(s);
            case "leftover bits in payload" -> h + '.' + leftover(Base64Url.encode(withLength(p, 1))) + '.' + s;
            case "plus and slash" -> h + '.' + p + ".+/" + s.substring(2);
            case "line break" -> h + '.' + p.substring(0, 8) + "\r\n" + p.substring(8) + '.' + s;
            case "line break behind" -> token + "\n";
            case "space before" -> " " + token;
            case "cyrillic" -> "\u0435" + token.substring(1);
            case "nul" -> token + "\0";
            case "percent" -> token + "%3D%3D";
            default -> throw new IllegalArgumentException("no such spelling: " + how);
        };
    }

    /** The last character with its unused bits set: other text, same bytes to a lenient decoder. */
    private static String leftover(String segment) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = alphabet.indexOf(segment.charAt(segment.length() - 1));
        return segment.substring(0, segment.length() - 1) + alphabet.charAt(last + 1);
    }

    /** The payload with spaces behind until its bytes leave that remainder by three. */
    private static byte[] withLength(String segment, int remainder) {
        byte[] bytes = Base64Url.decode(segment);
        int length = bytes.length;
        while (length % 3 != remainder) length++;
        byte[] longer = Arrays.copyOf(bytes, length);
        Arrays.fill(longer, bytes.length, length, (byte) ' ');
        return longer;
    }

    private static String encoded(String text) {
        return Base64Url.encode(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private String kid(JwsAlgorithm algorithm) {
        return ring.active(algorithm).orElseThrow().kid();
    }

    private KeyPair publicKey() {
        return new KeyPair(
                ring.active(JwsAlgorithm.RS256).orElseThrow().verification().publicKey(), null);
    }

    private String pem() {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(publicKey().getPublic().getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
    }

    private static byte[] der(byte[] halves) {
        byte[] r = new BigInteger(1, halves, 0, 32).toByteArray();
        byte[] s = new BigInteger(1, halves, 32, 32).toByteArray();
        byte[] inner = joined(joined(new byte[] {2, (byte) r.length}, r), joined(new byte[] {2, (byte) s.length}, s));
        return joined(new byte[] {0x30, (byte) inner.length}, inner);
    }

    private static byte[] signed(String algorithm, KeyPair pair, byte[] text) {
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(pair.getPrivate());
            signature.update(text);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] signed = number.toByteArray();
        return signed.length > 32 ? Arrays.copyOfRange(signed, signed.length - 32, signed.length) : signed;
    }
}
