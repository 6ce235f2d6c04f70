// An app on a phone: no secret, a scheme of its own to come back to. `openBrowser` is the system's browser, never a view inside the app.
import * as client from 'openid-client';

const { ISSUER } = process.env;
const insecure = ISSUER.startsWith('http://localhost') ? { execute: [client.allowInsecureRequests] } : undefined;
const house = await client.discovery(new URL(ISSUER), 'mobile-app', undefined, client.None(), insecure);

export async function signIn(openBrowser) {
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const cameBackWith = await openBrowser(client.buildAuthorizationUrl(house, {
        redirect_uri: 'com.example.notes:/callback',
        scope: 'openid offline_access notes:read',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
    }));
    return client.authorizationCodeGrant(house, cameBackWith, { pkceCodeVerifier: verifier, expectedState: state });
}

/** Every use gives the next refresh token: keep it before anything else, in the phone's key store. */
export const refresh = (refreshToken) => client.refreshTokenGrant(house, refreshToken);
