// A service without people: its id and its secret are all it has.
import * as client from 'openid-client';

const { ISSUER, CLIENT_SECRET } = process.env;
const insecure = ISSUER.startsWith('http://localhost') ? { execute: [client.allowInsecureRequests] } : undefined;
const house = await client.discovery(new URL(ISSUER), 'worker', CLIENT_SECRET, undefined, insecure);

let kept;

/** The same token until shortly before its end. */
async function token() {
    if (!kept || kept.expiresIn() < 30) kept = await client.clientCredentialsGrant(house, { scope: 'notes:write' });
    return kept.access_token;
}

export async function write(note) {
    return fetch(`${ISSUER}/notes`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${await token()}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(note),
    });
}
