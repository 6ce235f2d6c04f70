// oauth4webapi: the same protocol without a framework, strict about every answer. FAPI 2.0 from the pushed request to the refresh.
import { readFileSync } from 'node:fs';
import * as oauth from 'oauth4webapi';
import { importJWK } from 'jose';
import { done, equal, issuer, present, step } from './lib/checks.mjs';
import { Person } from './lib/person.mjs';

const { APP_PORT, CLIENT_SECRET, KEYS } = process.env;
const http = { [oauth.allowInsecureRequests]: true };

const as = await step('discovery (OpenID Connect)', async () =>
    oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...http })));
await step('discovery (RFC 8414)', async () =>
    oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...http })));

const jwk = JSON.parse(readFileSync(`${KEYS}/bank.private.json`));
const key = { key: await importJWK(jwk, 'ES256'), kid: jwk.kid };

/** Does a request again when the server asks for a nonce in the proof (RFC 9449 §8). */
async function withNonce(request, process) {
    try {
        return await process(await request());
    } catch (failure) {
        if (!oauth.isDPoPNonceError(failure)) throw failure;
        return process(await request());
    }
}

await step('FAPI 2.0: PAR, DPoP, private_key_jwt, code, userinfo, refresh', async () => {
    const bank = { client_id: 'bank', id_token_signed_response_alg: 'ES256' };
    const auth = oauth.PrivateKeyJwt(key);
    const DPoP = oauth.DPoP(bank, await oauth.generateKeyPair('ES256'));
    const redirect = `http://localhost:${APP_PORT}/bank`;
    const verifier = oauth.generateRandomCodeVerifier();
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
    const parameters = {
        client_id: 'bank',
        redirect_uri: redirect,
        response_type: 'code',
        scope: 'openid offline_access notes:read',
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
    };
    const pushed = await withNonce(
        () => oauth.pushedAuthorizationRequest(as, bank, auth, parameters, { DPoP, ...http }),
        (response) => oauth.processPushedAuthorizationResponse(as, bank, response));
    const start = new URL(as.authorization_endpoint);
    start.searchParams.set('client_id', 'bank');
    start.searchParams.set('request_uri', pushed.request_uri);
    const arrived = await new Person().visit(start, redirect);
    const answered = oauth.validateAuthResponse(as, bank, arrived.url, state);
    const tokens = await withNonce(
        () => oauth.authorizationCodeGrantRequest(as, bank, auth, answered, redirect, verifier, { DPoP, ...http }),
        (response) => oauth.processAuthorizationCodeResponse(as, bank, response, { expectedNonce: nonce, requireIdToken: true }));
    equal(tokens.token_type, 'dpop', 'token_type');
    const { sub } = oauth.getValidatedIdTokenClaims(tokens);
    await withNonce(
        () => oauth.userInfoRequest(as, bank, tokens.access_token, { DPoP, ...http }),
        (response) => oauth.processUserInfoResponse(as, bank, sub, response));
    await withNonce(
        () => oauth.refreshTokenGrantRequest(as, bank, auth, tokens.refresh_token, { DPoP, ...http }),
        (response) => oauth.processRefreshTokenResponse(as, bank, response));
});

await step('client_credentials, introspection, revocation', async () => {
    const worker = { client_id: 'worker' };
    const auth = oauth.ClientSecretBasic(CLIENT_SECRET);
    const tokens = await oauth.processClientCredentialsResponse(as, worker,
        await oauth.clientCredentialsGrantRequest(as, worker, auth, { scope: 'notes:read' }, http));
    const told = await oauth.processIntrospectionResponse(as, worker,
        await oauth.introspectionRequest(as, worker, auth, tokens.access_token, http));
    equal(told.client_id, 'worker', 'client_id');
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, worker, auth, tokens.access_token, http));
    const later = await oauth.processIntrospectionResponse(as, worker,
        await oauth.introspectionRequest(as, worker, auth, tokens.access_token, http));
    equal(later.active, false, 'active after revocation');
});

await step('the access token is one of RFC 9068, by this library too', async () => {
    const worker = { client_id: 'worker' };
    const tokens = await oauth.processClientCredentialsResponse(as, worker,
        await oauth.clientCredentialsGrantRequest(as, worker, oauth.ClientSecretPost(CLIENT_SECRET), {}, http));
    const request = new Request(new URL('/notes', issuer), { headers: { authorization: `Bearer ${tokens.access_token}` } });
    const claims = await oauth.validateJwtAccessToken(as, request, issuer.origin, http);
    equal(claims.client_id, 'worker', 'client_id');
});

await step('dynamic registration', async () => {
    const made = await oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(as,
        { redirect_uris: [`http://localhost:${APP_PORT}/callback`], client_name: 'By oauth4webapi' }, http));
    present(made.client_id, 'client_id');
});

done();
