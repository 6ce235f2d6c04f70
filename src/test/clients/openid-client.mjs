// openid-client (the certified relying party of the Node.js world): every kind of client it knows.
import { readFileSync } from 'node:fs';
import * as client from 'openid-client';
import { importJWK } from 'jose';
import { done, equal, issuer, present, refused, step } from './lib/checks.mjs';
import { Person } from './lib/person.mjs';

const { APP_PORT, CLIENT_SECRET, KEYS } = process.env;
const insecure = { execute: [client.allowInsecureRequests] };
const callback = `http://localhost:${APP_PORT}/callback`;
const notes = new URL('/notes', issuer);

async function signIn(config, parameters, person = new Person(), build = client.buildAuthorizationUrl) {
    const verifier = client.randomPKCECodeVerifier();
    const expected = { state: client.randomState(), nonce: client.randomNonce() };
    const start = await build(config, {
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...expected,
        ...parameters,
    });
    const arrived = await person.visit(start, parameters.redirect_uri);
    return { arrived, checks: { pkceCodeVerifier: verifier, expectedState: expected.state, expectedNonce: expected.nonce } };
}

async function redeemed(config, { arrived, checks }, options) {
    return client.authorizationCodeGrant(config, arrived.url, { ...checks, idTokenExpected: true }, undefined, options);
}

const web = await step('discovery by the issuer alone', () =>
    client.discovery(issuer, 'web-app', CLIENT_SECRET, undefined, insecure));
const person = new Person();
const tokens = await step('web app: code flow with PKCE, state, nonce and iss', async () =>
    redeemed(web, await signIn(web, {
        redirect_uri: callback,
        scope: 'openid profile email offline_access notes:read',
    }, person)));
await step('web app: the ID token says who, for whom and from whom', () => {
    const claims = tokens.claims();
    for (const name of ['sub', 'sid', 'at_hash']) present(claims[name], name);
    equal(claims.iss, issuer.origin, 'iss');
});
await step('web app: userinfo', async () => {
    const info = await client.fetchUserInfo(web, tokens.access_token, tokens.claims().sub);
    equal(info.preferred_username, 'alice', 'preferred_username');
});
await step('web app: the access token opens the gate', async () => {
    const answer = await client.fetchProtectedResource(web, tokens.access_token, notes, 'GET');
    equal((await answer.json()).user, 'alice', 'user');
});
const refreshed = await step('web app: refresh rotates', async () => {
    const next = await client.refreshTokenGrant(web, tokens.refresh_token);
    if (next.refresh_token === tokens.refresh_token) throw new Error('the same refresh token');
    return next;
});
await step('web app: prompt=none with the session that is there', async () => {
    const again = await redeemed(web, await signIn(web, { redirect_uri: callback, scope: 'openid', prompt: 'none' }, person));
    equal(again.claims().sub, tokens.claims().sub, 'sub');
});
await step('web app: max_age asks again and auth_time tells', async () => {
    const { arrived, checks } = await signIn(web, { redirect_uri: callback, scope: 'openid', max_age: '3600' }, new Person());
    const fresh = await client.authorizationCodeGrant(web, arrived.url, { ...checks, maxAge: 3600 });
    present(fresh.claims().auth_time, 'auth_time');
});
await step('web app: response_mode=form_post', async () => {
    const { arrived, checks } = await signIn(web, { redirect_uri: callback, scope: 'openid', response_mode: 'form_post' }, person);
    equal(arrived.url.search, '', 'query');
    await client.authorizationCodeGrant(web, new Request(arrived.url, { method: 'POST', body: new URLSearchParams(arrived.fields) }), checks);
});
await step('web app: introspection', async () => {
    const told = await client.tokenIntrospection(web, refreshed.access_token);
    equal(told.active, true, 'active');
});
await step('web app: token exchange, downwards', async () => {
    const exchanged = await client.genericGrantRequest(web, 'urn:ietf:params:oauth:grant-type:token-exchange', {
        subject_token: refreshed.access_token,
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        scope: 'notes:read',
    });
    equal(exchanged.issued_token_type, 'urn:ietf:params:oauth:token-type:access_token', 'issued_token_type');
    const answer = await client.fetchProtectedResource(web, exchanged.access_token, notes, 'GET');
    equal(answer.status, 200, 'status');
});
await step('web app: revocation bites on the next request', async () => {
    await client.tokenRevocation(web, refreshed.refresh_token);
    equal((await client.tokenIntrospection(web, refreshed.access_token)).active, false, 'active');
    const denied = await fetch(notes, { headers: { authorization: `Bearer ${refreshed.access_token}` } });
    equal(denied.status, 401, 'status');
});
await step('web app: sign-out leads back', async () => {
    const end = client.buildEndSessionUrl(web, {
        id_token_hint: tokens.id_token,
        post_logout_redirect_uri: `http://localhost:${APP_PORT}/bye`,
        state: 'over',
    });
    const arrived = await person.visit(end, `http://localhost:${APP_PORT}/bye`);
    equal(arrived.url.searchParams.get('state'), 'over', 'state');
    const { arrived: none, checks } = await signIn(web, { redirect_uri: callback, scope: 'openid', prompt: 'none' }, person);
    await refused(() => client.authorizationCodeGrant(web, none.url, checks), 'login_required');
});

await step('web app: a person who denies', async () => {
    const denying = new Person({ allows: false });
    const config = await client.discovery(issuer, 'old-app', CLIENT_SECRET, undefined, insecure);
    const redirect = `http://localhost:${process.env.PASSPORT_PORT}/callback`;
    const { arrived, checks } = await signIn(config, { redirect_uri: redirect, scope: 'openid' }, denying);
    await refused(() => client.authorizationCodeGrant(config, arrived.url, checks), 'access_denied');
});

const mobile = await step('mobile app: discovery without a secret', () =>
    client.discovery(issuer, 'mobile-app', undefined, client.None(), insecure));
await step('mobile app: code flow to a scheme of its own', async () => {
    const got = await redeemed(mobile, await signIn(mobile, {
        redirect_uri: 'com.example.notes:/callback',
        scope: 'openid offline_access notes:read',
    }));
    present((await client.refreshTokenGrant(mobile, got.refresh_token)).access_token, 'access_token');
});
await step('mobile app: code flow to a loopback port of the moment', async () => {
    await redeemed(mobile, await signIn(mobile, { redirect_uri: 'http://127.0.0.1:53682/callback', scope: 'openid' }));
});

const worker = await step('service: discovery', () =>
    client.discovery(issuer, 'worker', CLIENT_SECRET, undefined, insecure));
await step('service: client_credentials', async () => {
    const got = await client.clientCredentialsGrant(worker, { scope: 'notes:write' });
    const answer = await client.fetchProtectedResource(worker, got.access_token, notes, 'POST');
    equal((await answer.json()).client, 'worker', 'client');
});
await step('service: client_secret_basic and client_secret_post', async () => {
    for (const method of [client.ClientSecretBasic, client.ClientSecretPost]) {
        const config = await client.discovery(issuer, 'worker', undefined, method(CLIENT_SECRET), insecure);
        present((await client.clientCredentialsGrant(config)).access_token, 'access_token');
    }
});
await step('service: a scope that is not its own is refused', () =>
    refused(() => client.clientCredentialsGrant(worker, { scope: 'tools:use' }), 'invalid_scope'));

const tv = await step('device: discovery', () =>
    client.discovery(issuer, 'tv', undefined, client.None(), insecure));
await step('device: code on the screen, person at the page, tokens at the device', async () => {
    const screen = await client.initiateDeviceAuthorization(tv, { scope: 'openid offline_access notes:read' });
    const polling = client.pollDeviceAuthorizationGrant(tv, screen);
    await new Person().visit(screen.verification_uri_complete);
    const got = await polling;
    const answer = await client.fetchProtectedResource(tv, got.access_token, notes, 'GET');
    equal((await answer.json()).user, 'alice', 'user');
});
await step('device: a person who denies', async () => {
    const screen = await client.initiateDeviceAuthorization(tv, { scope: 'openid' });
    const polling = client.pollDeviceAuthorizationGrant(tv, screen);
    await Promise.all([
        refused(() => polling, 'access_denied'),
        new Person({ allows: false }).visit(screen.verification_uri_complete),
    ]);
});

const jwk = JSON.parse(readFileSync(`${KEYS}/bank.private.json`));
const signingKey = { key: await importJWK(jwk, 'ES256'), kid: jwk.kid };
await step('service: private_key_jwt', async () => {
    const config = await client.discovery(issuer, 'signing-worker', undefined, client.PrivateKeyJwt(signingKey), insecure);
    present((await client.clientCredentialsGrant(config)).access_token, 'access_token');
});
await step('FAPI 2.0: PAR, DPoP and private_key_jwt', async () => {
    const bank = await client.discovery(issuer, 'bank', { id_token_signed_response_alg: 'ES256' }, client.PrivateKeyJwt(signingKey), insecure);
    const DPoP = client.getDPoPHandle(bank, await client.randomDPoPKeyPair());
    const request = await signIn(bank, { redirect_uri: `http://localhost:${APP_PORT}/bank`, scope: 'openid offline_access notes:read' },
        new Person(), (config, parameters) => client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP }));
    const got = await redeemed(bank, request, { DPoP });
    equal(got.token_type, 'dpop', 'token_type');
    const info = await client.fetchUserInfo(bank, got.access_token, got.claims().sub, { DPoP });
    equal(info.sub, got.claims().sub, 'sub');
    const next = await client.refreshTokenGrant(bank, got.refresh_token, undefined, { DPoP });
    equal(next.token_type, 'dpop', 'token_type');
    const stolen = await fetch(new URL('/oauth/userinfo', issuer), { headers: { authorization: `Bearer ${next.access_token}` } });
    equal(stolen.status, 401, 'status for a bound token without its key');
});
await step('JAR: a signed request object', async () => {
    const config = await client.discovery(issuer, 'signing-app', undefined, client.PrivateKeyJwt(signingKey), insecure);
    await redeemed(config, await signIn(config, { redirect_uri: `http://localhost:${APP_PORT}/signed`, scope: 'openid' },
        new Person(), (with_, parameters) => client.buildAuthorizationUrlWithJAR(with_, parameters, signingKey)));
});
for (const [app, algorithm] of [['ed-app', 'EdDSA'], ['pss-app', 'PS256'], ['web-app', 'RS256']]) {
    await step(`web app: the signature of an ID token by ${algorithm}`, async () => {
        const config = await client.discovery(issuer, app, { id_token_signed_response_alg: algorithm }, client.ClientSecretBasic(CLIENT_SECRET),
            { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] });
        const got = await redeemed(config, await signIn(config, { redirect_uri: callback, scope: 'openid' }));
        equal(JSON.parse(Buffer.from(got.id_token.split('.')[0], 'base64url')).alg, algorithm, 'alg');
    });
}
await step('dynamic registration, and the flow of what was registered', async () => {
    const made = await client.dynamicClientRegistration(issuer, {
        client_name: 'Registered by itself',
        redirect_uris: [callback],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_basic',
        scope: 'openid profile',
    }, undefined, insecure);
    present(made.clientMetadata().client_secret, 'client_secret');
    const got = await redeemed(made, await signIn(made, { redirect_uri: callback, scope: 'openid profile' }));
    present(got.claims().sub, 'sub');
});

done();
