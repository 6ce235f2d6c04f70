// A TV: shows a code and an address, waits until somebody has typed the one at the other with a phone.
import * as client from 'openid-client';

const { ISSUER } = process.env;
const insecure = ISSUER.startsWith('http://localhost') ? { execute: [client.allowInsecureRequests] } : undefined;
const house = await client.discovery(new URL(ISSUER), 'tv', undefined, client.None(), insecure);

export async function signIn(show) {
    const screen = await client.initiateDeviceAuthorization(house, { scope: 'openid offline_access notes:read' });
    show(screen.verification_uri, screen.user_code, screen.verification_uri_complete);
    return client.pollDeviceAuthorizationGrant(house, screen);
}
