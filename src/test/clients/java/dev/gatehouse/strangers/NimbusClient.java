package dev.gatehouse.strangers;

import static dev.gatehouse.strangers.Steps.ISSUER;
import static dev.gatehouse.strangers.Steps.SECRET;
import static dev.gatehouse.strangers.Steps.equal;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.PushedAuthorizationRequest;
import com.nimbusds.oauth2.sdk.PushedAuthorizationResponse;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.client.ClientDeleteRequest;
import com.nimbusds.oauth2.sdk.client.ClientReadRequest;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationRequest;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationResponse;
import com.nimbusds.oauth2.sdk.device.DeviceCodeGrant;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientInformationResponse;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientRegistrationRequest;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientRegistrationResponseParser;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Nimbus' OAuth 2.0 and OpenID Connect SDK, which several servers and libraries are built on, as a client. */
final class NimbusClient {
    private static final Steps STEPS = new Steps();
    private static final ClientID WEB = new ClientID("web-app");
    private static final ClientAuthentication WEB_AUTH = new ClientSecretBasic(WEB, new Secret(SECRET));

    private final OIDCProviderMetadata house;

    private NimbusClient(OIDCProviderMetadata house) {
        this.house = house;
    }

    public static void main(String[] arguments) {
        OIDCProviderMetadata found =
                STEPS.step("discovery by the issuer alone", () -> OIDCProviderMetadata.resolve(new Issuer(ISSUER)));
        if (found != null) new NimbusClient(found).run();
        System.exit(STEPS.status());
    }

    private void run() {
        OIDCTokenResponse tokens = STEPS.step("web app: code flow, ID token validated", this::webApp);
        STEPS.step("web app: userinfo has the same sub", () -> userInfo(tokens));
        STEPS.step("web app: refresh", () -> refreshed(tokens));
        STEPS.step("web app: token exchange", () -> exchanged(tokens));
        STEPS.step("web app: revocation, seen by introspection", () -> revoked(tokens));
        STEPS.step("web app: sign-out leads back", () -> signedOut(tokens));
        STEPS.step("service: client_credentials by private_key_jwt", this::service);
        STEPS.step("FAPI 2.0: PAR and DPoP", this::bank);
        STEPS.step("device flow", this::device);
        STEPS.step("registration: made, read and deleted", this::registration);
    }

    private OIDCTokenResponse webApp() throws Exception {
        var redirect = URI.create("http://localhost:" + Steps.setting("APP_PORT") + "/callback");
        var verifier = new CodeVerifier();
        var state = new State();
        var nonce = new Nonce();
        URI start = new AuthenticationRequest.Builder(
                        ResponseType.CODE,
                        new Scope("openid", "profile", "offline_access", "notes:read"),
                        WEB,
                        redirect)
                .endpointURI(house.getAuthorizationEndpointURI())
                .codeChallenge(verifier, CodeChallengeMethod.S256)
                .state(state)
                .nonce(nonce)
                .build()
                .toURI();
        var response = AuthenticationResponseParser.parse(Steps.arrived(start, redirect.toString()))
                .toSuccessResponse();
        equal(response.getState(), state);
        equal(response.getIssuer(), house.getIssuer());
        var tokens = tokens(WEB_AUTH, new AuthorizationCodeGrant(response.getAuthorizationCode(), redirect, verifier));
        new IDTokenValidator(
                        house.getIssuer(),
                        WEB,
                        JWSAlgorithm.RS256,
                        house.getJWKSetURI().toURL())
                .validate(tokens.getOIDCTokens().getIDToken(), nonce);
        return tokens;
    }

    private Object userInfo(OIDCTokenResponse tokens) throws Exception {
        var request = new UserInfoRequest(
                house.getUserInfoEndpointURI(), tokens.getOIDCTokens().getBearerAccessToken());
        var info = UserInfoResponse.parse(request.toHTTPRequest().send())
                .toSuccessResponse()
                .getUserInfo();
        equal(info.getPreferredUsername(), "alice");
        equal(
                info.getSubject().getValue(),
                tokens.getOIDCTokens().getIDToken().getJWTClaimsSet().getSubject());
        return info;
    }

    private Object refreshed(OIDCTokenResponse tokens) throws Exception {
        return tokens(WEB_AUTH, new RefreshTokenGrant(tokens.getOIDCTokens().getRefreshToken()));
    }

    private Object exchanged(OIDCTokenResponse tokens) throws Exception {
        var grant = new TokenExchangeGrant(tokens.getOIDCTokens().getAccessToken(), TokenTypeURI.ACCESS_TOKEN);
        var request = new TokenRequest.Builder(house.getTokenEndpointURI(), WEB_AUTH, grant)
                .scope(new Scope("notes:read"))
                .build();
        return OIDCTokenResponseParser.parse(request.toHTTPRequest().send()).toSuccessResponse();
    }

    private Object revoked(OIDCTokenResponse tokens) throws Exception {
        AccessToken token = tokens.getOIDCTokens().getAccessToken();
        equal(active(token), true);
        HTTPResponse answer = new TokenRevocationRequest(
                        house.getRevocationEndpointURI(),
                        WEB_AUTH,
                        tokens.getOIDCTokens().getRefreshToken())
                .toHTTPRequest()
                .send();
        equal(answer.getStatusCode(), 200);
        equal(active(token), false);
        return answer;
    }

    private boolean active(AccessToken token) throws Exception {
        var request = new TokenIntrospectionRequest(house.getIntrospectionEndpointURI(), WEB_AUTH, token);
        return TokenIntrospectionResponse.parse(request.toHTTPRequest().send())
                .toSuccessResponse()
                .isActive();
    }

    private Object signedOut(OIDCTokenResponse tokens) throws Exception {
        var bye = URI.create("http://localhost:" + Steps.setting("APP_PORT") + "/bye");
        var state = new State();
        URI end = new LogoutRequest(
                        house.getEndSessionEndpointURI(), tokens.getOIDCTokens().getIDToken(), bye, state)
                .toURI();
        return Steps.arrived(end, bye.toString());
    }

    private Object service() throws Exception {
        return tokens(signed("signing-worker"), new ClientCredentialsGrant());
    }

    private ClientAuthentication signed(String client) throws Exception {
        var key = ECKey.parse(Files.readString(Path.of(Steps.setting("KEYS"), "bank.private.json")));
        return new PrivateKeyJWT(
                new ClientID(client),
                URI.create(ISSUER),
                JWSAlgorithm.ES256,
                key.toECPrivateKey(),
                key.getKeyID(),
                null);
    }

    private Object bank() throws Exception {
        var client = new ClientID("bank");
        var redirect = URI.create("http://localhost:" + Steps.setting("APP_PORT") + "/bank");
        var verifier = new CodeVerifier();
        var proofs = new DefaultDPoPProofFactory(new ECKeyGenerator(Curve.P_256).generate(), JWSAlgorithm.ES256);
        AuthorizationRequest request = new AuthenticationRequest.Builder(
                        ResponseType.CODE, new Scope("openid", "notes:read"), client, redirect)
                .codeChallenge(verifier, CodeChallengeMethod.S256)
                .state(new State())
                .nonce(new Nonce())
                .build();
        HTTPRequest push = new PushedAuthorizationRequest(
                        house.getPushedAuthorizationRequestEndpointURI(), signed("bank"), request)
                .toHTTPRequest();
        var pushed = PushedAuthorizationResponse.parse(push.send()).toSuccessResponse();
        URI start = new AuthorizationRequest.Builder(pushed.getRequestURI(), client)
                .endpointURI(house.getAuthorizationEndpointURI())
                .build()
                .toURI();
        var response = AuthenticationResponseParser.parse(Steps.arrived(start, redirect.toString()))
                .toSuccessResponse();
        var grant = new AuthorizationCodeGrant(response.getAuthorizationCode(), redirect, verifier);
        OIDCTokenResponse tokens = null;
        Nonce nonce = null;
        for (int attempt = 0; attempt < 2 && tokens == null; attempt++) {
            HTTPRequest asked = new TokenRequest.Builder(house.getTokenEndpointURI(), signed("bank"), grant)
                    .build()
                    .toHTTPRequest();
            asked.setDPoP(proofs.createDPoPJWT("POST", house.getTokenEndpointURI(), nonce));
            HTTPResponse answer = asked.send();
            nonce = answer.getDPoPNonce();
            var parsed = OIDCTokenResponseParser.parse(answer);
            if (parsed.indicatesSuccess()) tokens = (OIDCTokenResponse) parsed.toSuccessResponse();
            else if (nonce == null)
                throw new AssertionError(
                        parsed.toErrorResponse().getErrorObject().toJSONObject());
        }
        var token = tokens.getTokens().getDPoPAccessToken();
        var info = new UserInfoRequest(house.getUserInfoEndpointURI(), token).toHTTPRequest();
        info.setDPoP(proofs.createDPoPJWT("GET", house.getUserInfoEndpointURI(), token, nonce));
        HTTPResponse answer = info.send();
        if (answer.getStatusCode() == 401 && answer.getDPoPNonce() != null) {
            info.setDPoP(proofs.createDPoPJWT("GET", house.getUserInfoEndpointURI(), token, answer.getDPoPNonce()));
            answer = info.send();
        }
        return UserInfoResponse.parse(answer).toSuccessResponse();
    }

    private Object device() throws Exception {
        var tv = new ClientID("tv");
        var request = new DeviceAuthorizationRequest.Builder(tv)
                .endpointURI(house.getDeviceAuthorizationEndpointURI())
                .scope(new Scope("openid", "notes:read"))
                .build();
        var screen = DeviceAuthorizationResponse.parse(request.toHTTPRequest().send())
                .toSuccessResponse();
        Steps.person(screen.getVerificationURIComplete());
        for (int attempt = 0; attempt < 3; attempt++) {
            var asked = new TokenRequest.Builder(
                            house.getTokenEndpointURI(), tv, new DeviceCodeGrant(screen.getDeviceCode()))
                    .build();
            var answer = OIDCTokenResponseParser.parse(asked.toHTTPRequest().send());
            if (answer.indicatesSuccess()) return answer;
            TimeUnit.SECONDS.sleep(screen.getInterval());
        }
        throw new AssertionError("no tokens after the person allowed it");
    }

    private Object registration() throws Exception {
        var metadata = new OIDCClientMetadata();
        metadata.setRedirectionURI(URI.create("https://app.example.com/callback"));
        metadata.setName("By Nimbus");
        metadata.setResponseTypes(Set.of(ResponseType.CODE));
        var request = new OIDCClientRegistrationRequest(house.getRegistrationEndpointURI(), metadata, null);
        var made = OIDCClientRegistrationResponseParser.parse(
                request.toHTTPRequest().send());
        if (!made.indicatesSuccess())
            throw new AssertionError(made.toErrorResponse().getErrorObject().toJSONObject());
        var client = ((OIDCClientInformationResponse) made).getOIDCClientInformation();
        HTTPResponse read = new ClientReadRequest(client.getRegistrationURI(), client.getRegistrationAccessToken())
                .toHTTPRequest()
                .send();
        equal(read.getStatusCode(), 200);
        HTTPResponse deleted = new ClientDeleteRequest(client.getRegistrationURI(), client.getRegistrationAccessToken())
                .toHTTPRequest()
                .send();
        equal(deleted.getStatusCode(), 204);
        return List.of(read, deleted);
    }

    private OIDCTokenResponse tokens(ClientAuthentication auth, AuthorizationGrant grant) throws Exception {
        var request = new TokenRequest.Builder(house.getTokenEndpointURI(), auth, grant).build();
        var answer = OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
        if (!answer.indicatesSuccess())
            throw new AssertionError(answer.toErrorResponse().getErrorObject().toJSONObject());
        return (OIDCTokenResponse) answer.toSuccessResponse();
    }
}
