// oidc-client-ts in a page of its own in Chromium: a person signs in by clicking, the page renews, reads an API across origins, signs out.
import { readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { done, equal, issuer, listening, step } from './lib/checks.mjs';

const { PASSWORD, SPA_PORT } = process.env;
const at = (path) => new URL(path, import.meta.url);
const files = {
    '/oidc-client-ts.js': at('node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js'),
    '/app.js': at('browser-app/app.js'),
};
const home = await listening((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const script = pathname.endsWith('.js');
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    if (pathname === '/settings.js') response.end(`const settings = ${JSON.stringify({ issuer: issuer.origin })};`);
    else response.end(readFileSync(files[pathname] ?? at('browser-app/index.html')));
}, Number(SPA_PORT));

const folder = mkdtempSync(join(tmpdir(), 'chromium-'));
const browser = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    locale: 'en',
    args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync',
    ],
});
const page = await browser.newPage();
page.setDefaultTimeout(15_000);
const complaints = [];
page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
page.on('pageerror', (failure) => complaints.push(failure.message));

const told = async (text) => {
    await page.waitForFunction((wanted) => document.getElementById('told')?.textContent.match(/\S/) &&
        (document.getElementById('told').textContent.includes(wanted) || document.getElementById('told').textContent.includes('FAILED')), text);
    const seen = await page.textContent('#told');
    if (!seen.includes(text)) throw new Error(`${seen} (${complaints.join('; ')})`);
    return seen;
};

await step('sign-in by clicking through the house\'s pages', async () => {
    await page.goto(home);
    await page.click('#sign-in');
    await page.fill('input[name=username]', 'alice');
    await page.fill('input[name=password]', PASSWORD);
    await page.click('button[type=submit]:has-text("Sign in")');
    await page.waitForURL(`${home}/**`);
    await told('signed in');
    equal(await page.textContent('#who'), 'alice', 'who');
});
await step('reads an API across origins', async () => {
    await page.click('#read');
    await told('200');
});
await step('renews with its refresh token', async () => {
    await page.click('#renew');
    await told('renewed for');
});
await step('a second tab needs no password', async () => {
    const tab = await browser.newPage();
    await tab.goto(home);
    await tab.click('#sign-in');
    await tab.waitForFunction(() => document.getElementById('who')?.textContent === 'alice');
    await tab.close();
});
await step('signs out and comes back', async () => {
    await page.click('#sign-out');
    await page.waitForURL(`${home}/**`);
    await told('signed out');
});
await step('after that a password is asked for again', async () => {
    await page.click('#sign-in');
    await page.waitForSelector('input[name=password]');
});
await step('the browser had nothing to complain of', () => equal(complaints.join('\n'), '', 'console'));

await browser.close();
rmSync(folder, { recursive: true, force: true });
done();
