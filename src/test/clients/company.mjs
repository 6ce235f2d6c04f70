// A company's OpenID provider (lib/company.mjs) in Chromium: an app sends somebody here, who goes on to the provider, gets an account, and is back at the
// app with a code; an account that is here already is connected only by whoever signs in to it.
import { createHash, randomBytes } from 'node:crypto';
import { done, equal, issuer, present, step } from './lib/checks.mjs';
import { browser, judged, opened as anywhere } from './lib/browser.mjs';

const { PASSWORD, COMPANY_PORT, SPA_PORT } = process.env;
const home = `http://localhost:${COMPANY_PORT}`;

const opened = async (settings = {}) => {
    const page = await anywhere(settings);
    await page.context().route(`http://localhost:${SPA_PORT}/**`, (route) => route.fulfill({ body: 'the app' }));
    return page;
};
const verifier = randomBytes(32).toString('base64url');
const authorize = `${issuer.origin}/oauth/authorize?` + new URLSearchParams({
    client_id: 'browser-app', redirect_uri: `http://localhost:${SPA_PORT}/callback`, response_type: 'code', scope: 'openid profile', state: 'of-the-app',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
});
/** The provider's own pages: who one is, and yes. */
const atTheCompany = async (page, name) => {
    await page.click('#with-company button');
    await page.waitForURL(`${home}/**`);
    await page.fill('input[name=login]', name);
    await page.fill('input[name=password]', 'anything');
    await page.click('button[type=submit]');
    await page.waitForSelector('text=Continue');
    await page.click('button[type=submit]');
};
const claims = async (page) => {
    const code = present(new URL(page.url()).searchParams.get('code'), 'the code');
    const answer = await fetch(`${issuer.origin}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({
            grant_type: 'authorization_code', client_id: 'browser-app', code, code_verifier: verifier, redirect_uri: `http://localhost:${SPA_PORT}/callback`,
        }),
    });
    const { id_token: token, access_token: access } = await answer.json();
    const info = await fetch(`${issuer.origin}/oauth/userinfo`, { headers: { authorization: `Bearer ${present(access, 'the access token')}` } });
    return { ...JSON.parse(Buffer.from(present(token, 'the ID token').split('.')[1], 'base64url')), ...await info.json() };
};

await step('an app sends somebody to the company, and gets a code', async () => {
    const page = await opened();
    await page.goto(authorize);
    await atTheCompany(page, 'wilma');
    await page.waitForURL(`http://localhost:${SPA_PORT}/callback?**`);
    const { amr, preferred_username: name } = await claims(page);
    equal(amr.join(), 'fed', 'amr');
    equal(name, 'wilma', 'who');
    await page.context().close();
});

await step('whoever came before comes in directly, without scripts too', async () => {
    const page = await opened({ javaScriptEnabled: false });
    await page.goto(authorize);
    await atTheCompany(page, 'wilma');
    await page.waitForURL(`http://localhost:${SPA_PORT}/callback?**`);
    await page.context().close();
});

await step('an account with the same address is connected by whoever signs in to it', async () => {
    const made = await fetch(`${issuer.origin}/register`, {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'waldo', password: PASSWORD, email: 'waldo@example.com' }),
    });
    equal(made.status, 201, 'registering');
    const page = await opened({ bypassCSP: true });
    await page.goto(authorize);
    await atTheCompany(page, 'waldo');
    await page.waitForSelector('#sign-in');
    await judged(page, 'stranger');
    await page.click('#sign-in button');
    await page.fill('#username', 'waldo');
    await page.fill('#password', PASSWORD);
    await page.click('#submit');
    await page.waitForSelector('#connect');
    await judged(page, 'connect');
    await page.click('#connect button');
    await page.waitForURL(`http://localhost:${SPA_PORT}/callback?**`);
    await page.goto(`${issuer.origin}/account/logins`);
    await page.waitForSelector('h2:has-text("Company account")');
    await judged(page, 'logins');
    await page.context().close();
});

await browser.close();
done();
