// Second factors in Chromium: a passkey of a virtual authenticator that is made, named and signs in without a name; an authenticator app with its recovery codes, on pages
// without scripts too. The pages that only those see who have such things are judged by axe.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { done, equal, issuer, step } from './lib/checks.mjs';

const { PASSWORD } = process.env;
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const home = `${issuer.origin}/`;

const register = async (username) => {
    const answer = await fetch(`${issuer.origin}/register`, {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: PASSWORD, email: `${username}@example.com` }),
    });
    equal(answer.status, 201, 'registering');
};
const signIn = async (page, username) => {
    await page.goto(`${issuer.origin}/login`);
    await page.fill('#username', username);
    await page.fill('#password', PASSWORD);
    await page.click('#submit');
};
const opened = async (settings = {}) => {
    const page = await (await browser.newContext({ locale: 'en', ...settings })).newPage();
    page.setDefaultTimeout(15_000);
    return page;
};
const judged = async (page) => {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    equal(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ').slice(0, 200)}`).join('; '), '', 'axe');
};
/** What an authenticator app shows now (RFC 6238). */
const code = (key) => {
    const bits = [...key.replace(/[^A-Za-z2-7]/g, '').toUpperCase()].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
    const hash = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)))).update(counter).digest();
    return String((hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
};

const owner = await opened({ bypassCSP: true });
const complaints = [];
owner.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));

await step('a passkey is made and named', async () => {
    const devtools = await owner.context().newCDPSession(owner);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
        options: {
            protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
        },
    });
    await register('paula');
    await signIn(owner, 'paula');
    await owner.waitForURL(home);
    await owner.goto(`${issuer.origin}/account/passkeys`);
    await owner.fill('#name', 'My laptop');
    await owner.click('#passkey button');
    await owner.waitForSelector('h2:has-text("My laptop")');
    await judged(owner);
});

await step('the passkey signs in without a name or a password', async () => {
    await owner.context().clearCookies();
    await owner.goto(`${issuer.origin}/login`);
    await owner.click('#passkey button', { timeout: 3_000 }).catch(() => {});
    await owner.waitForURL(home);
    if (!(await owner.textContent('main')).includes('paula')) throw new Error('somebody else is signed in');
    equal(complaints.join('; '), '', 'what the browser complained of');
});

let recovery = [];
await step('an authenticator app is set up, and recovery codes are shown', async () => {
    const page = await opened({ bypassCSP: true });
    await register('otto');
    await signIn(page, 'otto');
    await page.waitForURL(home);
    await page.goto(`${issuer.origin}/account/authenticator`);
    equal(await page.evaluate(() => document.querySelector('img').naturalWidth > 0), true, 'the picture can be seen');
    await page.fill('#code', code(await page.textContent('#secret')));
    await page.click('#submit');
    await page.waitForSelector('#recovery');
    recovery = await page.locator('#recovery code').allTextContents();
    equal(recovery.length, 10, 'how many');
    await judged(page);
    await page.goto(`${issuer.origin}/account/authenticator`);
    await page.waitForSelector('#remove');
    await judged(page);
    await page.context().close();
});

await step('after the password a code is asked for', async () => {
    const page = await opened({ bypassCSP: true });
    await signIn(page, 'otto');
    await page.waitForSelector('#second');
    equal(await page.evaluate(() => document.activeElement.id), 'code', 'where one types');
    await judged(page);
    await page.fill('#code', '000000');
    await page.click('#submit');
    await page.waitForSelector('#alert');
    await judged(page);
    await page.context().close();
});

await step('without scripts a recovery code is as good', async () => {
    const page = await opened({ javaScriptEnabled: false });
    await signIn(page, 'otto');
    await page.fill('#code', recovery[0].toLowerCase());
    await page.click('#submit');
    await page.waitForURL(home);
    await page.context().close();
});

await browser.close();
done();
