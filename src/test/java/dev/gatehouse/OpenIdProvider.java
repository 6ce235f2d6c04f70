package dev.gatehouse;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import dev.gatehouse.vocabulary.Sha256;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * An OpenID provider that does as it should (codes once, PKCE, client authentication) until a test has it do otherwise: whatever it says of somebody goes through
 * {@code idToken}, {@code signed} and {@code userInfo} before it leaves.
 */
final class OpenIdProvider implements AutoCloseable {
    static final String CLIENT = "the-gate";
    static final String SECRET = "what-the-gate-knows";

    final Provider server = new Provider();
    final JsonObject metadata;
    volatile ECKey key = Provider.key("one");
    volatile Consumer<JsonObject> idToken = claims -> {};
    volatile Consumer<JsonObject> userInfo = claims -> {};
    volatile Consumer<JsonObject> tokens = answer -> {};
    volatile UnaryOperator<String> signed = token -> token;

    private final Map<String, Code> codes = new ConcurrentHashMap<>();
    private final Map<String, JsonObject> people = new ConcurrentHashMap<>();

    private record Code(JsonObject person, Map<String, String> question) {}

    OpenIdProvider() {
        metadata = new JsonObject()
                .put("issuer", url())
                .put("authorization_endpoint", url() + "/authorize")
                .put("token_endpoint", url() + "/token")
                .put("userinfo_endpoint", url() + "/userinfo")
                .put("jwks_uri", url() + "/keys")
                .put("authorization_response_iss_parameter_supported", true);
        server.at(
                "/.well-known/openid-configuration",
                (exchange, body) -> Provider.send(exchange, 200, metadata.encode()));
        server.at("/token", this::token);
        server.at("/userinfo", this::info);
        publish();
    }

    String url() {
        return server.url();
    }

    void publish() {
        server.publishes(key.toPublicJWK());
    }

    /** What stands in the file for it. */
    String yaml(String name, String more) {
        return """
                  %s:
                    type: oidc
                    name: %s account
                    issuer: %s
                    client_id: %s
                    client_secret: %s
                """
                        .formatted(name, name, url(), CLIENT, SECRET)
                + more;
    }

    static JsonObject person(String subject) {
        return new JsonObject().put("sub", subject);
    }

    static JsonObject person(String subject, String email, boolean verified) {
        return person(subject).put("email", email).put("email_verified", verified);
    }

    /** The person says yes to a question: where the browser is sent back to. */
    String agreed(URI question, JsonObject person) {
        Map<String, String> asked = fields(question.getRawQuery());
        String code = UUID.randomUUID().toString();
        codes.put(code, new Code(person, asked));
        return back(question, Map.of("code", code, "state", asked.get("state"), "iss", url()));
    }

    /** Where a browser is sent back to with these. */
    static String back(URI question, Map<String, String> answer) {
        var path =
                URI.create(fields(question.getRawQuery()).get("redirect_uri")).getRawPath();
        var query = new StringBuilder();
        answer.forEach((name, value) -> query.append(query.length() == 0 ? "?" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return path + query;
    }

    static Map<String, String> fields(String form) {
        var fields = new HashMap<String, String>();
        for (String pair : form.split("&")) {
            String[] two = pair.split("=", 2);
            fields.put(two[0], two.length < 2 ? "" : URLDecoder.decode(two[1], StandardCharsets.UTF_8));
        }
        return fields;
    }

    private void token(HttpExchange exchange, String body) throws IOException {
        Map<String, String> form = fields(body);
        String basic = Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        boolean known = ("Basic " + basic).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        Code code = known ? codes.remove(form.getOrDefault("code", "")) : null;
        boolean fits = code != null
                && code.question().get("redirect_uri").equals(form.get("redirect_uri"))
                && code.question().get("code_challenge_method").equals("S256")
                && code.question()
                        .get("code_challenge")
                        .equals(base64(Sha256.of(form.getOrDefault("code_verifier", ""))));
        if (!fits) {
            Provider.send(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        String access = UUID.randomUUID().toString();
        people.put(access, code.person());
        var answer = new JsonObject()
                .put("access_token", access)
                .put("token_type", "Bearer")
                .put("expires_in", 600)
                .put("id_token", signed.apply(idToken(code, access)));
        tokens.accept(answer);
        Provider.send(exchange, 200, answer.encode());
    }

    private String idToken(Code code, String access) {
        long now = Instant.now().getEpochSecond();
        byte[] hash = Sha256.of(access);
        var claims = new JsonObject()
                .put("iss", url())
                .put("sub", code.person().getString("sub"))
                .put("aud", CLIENT)
                .put("iat", now)
                .put("exp", now + 300)
                .put("nonce", code.question().get("nonce"))
                .put("at_hash", base64(java.util.Arrays.copyOf(hash, hash.length / 2)));
        idToken.accept(claims);
        return sign(claims, key, "JWT");
    }

    static String sign(JsonObject claims, ECKey key, String typ) {
        try {
            var token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.ES256)
                            .keyID(key.getKeyID())
                            .type(new JOSEObjectType(typ))
                            .build(),
                    JWTClaimsSet.parse(claims.encode()));
            token.sign(new ECDSASigner(key));
            return token.serialize();
        } catch (JOSEException | java.text.ParseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The same claims, signed by nobody (RFC 7519 §6). */
    static String unsigned(String token) {
        String header = base64("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        return header + "." + token.split("\\.")[1] + ".";
    }

    private void info(HttpExchange exchange, String body) throws IOException {
        String bearer = exchange.getRequestHeaders().getFirst("Authorization").replace("Bearer ", "");
        JsonObject claims = people.getOrDefault(bearer, new JsonObject()).copy();
        userInfo.accept(claims);
        Provider.send(exchange, 200, claims.encode());
    }

    static JsonArray list(String... values) {
        var list = new JsonArray();
        for (String value : values) list.add(value);
        return list;
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        server.close();
    }
}
