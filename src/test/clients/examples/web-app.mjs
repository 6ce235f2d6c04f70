// A web app on a server, with Express and openid-client. Of the house it knows the issuer, its own id and its secret.
import express from 'express';
import session from 'express-session';
import * as client from 'openid-client';

const { ISSUER, CLIENT_SECRET, HOME } = process.env;
const insecure = ISSUER.startsWith('http://localhost') ? { execute: [client.allowInsecureRequests] } : undefined;
const house = await client.discovery(new URL(ISSUER), 'web-app', CLIENT_SECRET, undefined, insecure);

export const app = express();
app.use(session({ secret: CLIENT_SECRET, resave: false, saveUninitialized: false }));

app.get('/login', async (request, response) => {
    const flow = { verifier: client.randomPKCECodeVerifier(), state: client.randomState(), nonce: client.randomNonce() };
    request.session.flow = flow;
    response.redirect(client.buildAuthorizationUrl(house, {
        redirect_uri: `${HOME}/callback`,
        scope: 'openid profile notes:read',
        code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: 'S256',
        state: flow.state,
        nonce: flow.nonce,
    }).href);
});

app.get('/callback', async (request, response) => {
    const { verifier, state, nonce } = request.session.flow;
    const tokens = await client.authorizationCodeGrant(house, new URL(request.url, HOME), {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
    });
    const person = await client.fetchUserInfo(house, tokens.access_token, tokens.claims().sub);
    request.session.regenerate(() => {
        Object.assign(request.session, { person, tokens });
        response.redirect('/');
    });
});

app.get('/', async (request, response) => {
    if (!request.session.person) return response.redirect('/login');
    const notes = await fetch(`${ISSUER}/notes`, {
        headers: { Authorization: `Bearer ${request.session.tokens.access_token}` },
    });
    response.send(`Hello, ${request.session.person.preferred_username}! ${await notes.text()}`);
});

app.get('/logout', (request, response) => {
    const { id_token } = request.session.tokens;
    request.session.destroy(() => response.redirect(client.buildEndSessionUrl(house, {
        id_token_hint: id_token,
        post_logout_redirect_uri: `${HOME}/bye`,
    }).href));
});

app.get('/bye', (request, response) => response.send('Bye!'));
