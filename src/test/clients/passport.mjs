// passport-openidconnect in an Express app, as most Node.js web apps still do it: sessions, no PKCE, a client secret.
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIDConnectStrategy from 'passport-openidconnect';
import { done, equal, issuer, listening, present, step } from './lib/checks.mjs';
import { Person } from './lib/person.mjs';

const { CLIENT_SECRET, PASSPORT_PORT } = process.env;

const metadata = await step('discovery', async () =>
    (await fetch(`${issuer.origin}/.well-known/openid-configuration`)).json());

// --8<-- Express app
passport.use(new OpenIDConnectStrategy({
    issuer: metadata.issuer,
    authorizationURL: metadata.authorization_endpoint,
    tokenURL: metadata.token_endpoint,
    userInfoURL: metadata.userinfo_endpoint,
    clientID: 'old-app',
    clientSecret: CLIENT_SECRET,
    callbackURL: '/callback',
    scope: ['profile', 'email'],
    skipUserProfile: false,
}, (iss, profile, context, idToken, accessToken, refreshToken, verified) => verified(null, { iss, profile, idToken })));
passport.serializeUser((user, stored) => stored(null, user));
passport.deserializeUser((user, read) => read(null, user));

const app = express();
app.use(session({ secret: CLIENT_SECRET, resave: false, saveUninitialized: false }));
app.use(passport.session());
app.get('/login', passport.authenticate('openidconnect'));
app.get('/callback', passport.authenticate('openidconnect', { failWithError: true }), (request, response) => response.redirect('/'));
// --8<-- end
app.get('/', (request, response) => response.json(request.user ?? { nobody: true }));
app.get('/bye', (request, response) => response.send('bye'));
app.use((failure, request, response, next) => {
    response.status(failure.status ?? 500).json({ failure: failure.message, told: request.query });
});

const address = await listening(app, Number(PASSPORT_PORT));
const person = new Person();
const home = await step('sign-in, consent and back into the app', async () => {
    const page = await person.visit(`${address}/login`);
    equal(page.status, 200, `status of ${page.url} with ${page.text}`);
    return JSON.parse(page.text);
});
await step('the app knows who it is', () => {
    equal(home.iss, metadata.issuer, 'iss');
    equal(home.profile.username, 'alice', 'username');
    present(home.profile.id, 'id');
});
await step('a person who denies comes back with an error', async () => {
    const page = await new Person({ allows: false }).visit(`${address}/login`);
    equal(page.text.includes('access_denied') || page.status === 401, true, `a refusal in ${page.status} ${page.text}`);
});
await step('sign-out leads back', async () => {
    const end = new URL(metadata.end_session_endpoint);
    end.search = new URLSearchParams({ id_token_hint: home.idToken, post_logout_redirect_uri: `${address}/bye` });
    const page = await person.visit(end);
    equal(page.text, 'bye', 'page');
});

done();
