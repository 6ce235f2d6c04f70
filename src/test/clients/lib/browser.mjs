// Chromium for the clients that are people: browsers of their own, the keyboard, and how a page is judged.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { equal, issuer } from './checks.mjs';

const { PASSWORD, WORK, SHOTS } = process.env;
const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

export const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars'],
});

export const opened = async (settings = {}) => {
    const page = await (await browser.newContext({ locale: 'en', ...settings })).newPage();
    page.setDefaultTimeout(30_000);
    return page;
};

export const register = async (username) => {
    const answer = await fetch(`${issuer.origin}/register`, {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: PASSWORD, email: `${username}@example.com` }),
    });
    equal(answer.status, 201, 'registering');
};

/** Presses the tab key until that is in focus. */
export const reach = async (page, selector) => {
    for (let i = 0; i < 60; i++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    }
    throw new Error(`${selector} cannot be reached`);
};

export const write = async (page, selector, text) => {
    await reach(page, selector);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text);
};

export const press = async (page, selector) => {
    await reach(page, selector);
    await page.keyboard.press('Enter');
};

export const follow = async (page, path) => {
    await press(page, `a[href="${path}"]`);
    await page.waitForURL(`**${path}`);
};

/** Name and password, on whatever page asks for them, without a pointer. */
export const signIn = async (page, username, password = PASSWORD) => {
    await page.waitForSelector('#login');
    if (await page.evaluate(() => document.activeElement.id) === 'username') await page.keyboard.type(username);
    else await write(page, '#username', username);
    await write(page, '#password', password);
    await page.keyboard.press('Enter');
};

/** The newest link of a kind in a mail to that address; the house keeps its mails and has their links in its log. */
export const link = async (kind, address) => {
    for (let tries = 0; tries < 100; tries++) {
        const lines = readFileSync(`${WORK}/house.log`, 'utf8').split('\n').filter((line) => line.includes(address));
        const found = lines.map((line) => line.match(new RegExp(`/${kind}\\?key=[\\w-]{43}`))?.[0]).filter(Boolean).at(-1);
        if (found) return issuer.origin + found;
        await new Promise((go) => setTimeout(go, 100));
    }
    throw new Error(`no ${kind} to ${address}`);
};

/** What an authenticator app shows now, or that many half minutes later (RFC 6238). */
export const code = (key, later = 0) => {
    const bits = [...key.replace(/[^A-Za-z2-7]/g, '').toUpperCase()].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
    const hash = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)))).update(counter).digest();
    return String((hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
};

/** A device with a finger on it, for as long as the page is open. */
export const withAuthenticator = async (page) => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
        options: {
            protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
        },
    });
};

/**
 * The page as it stands, light and dark, at 320 and 1280 pixels: judged by axe (WCAG 2.2 AA and best practice), mirrored as for a language that is written from the right, and
 * not wider than it may be. The page's context has `bypassCSP`. SHOTS=FOLDER keeps a picture of each.
 */
export const judged = async (page, name) => {
    for (const colorScheme of ['dark', 'light'])
        for (const width of [320, 1280]) {
            await page.emulateMedia({ colorScheme });
            await page.setViewportSize({ width, height: 720 });
            if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${colorScheme}-${width}.png` });
            for (const dir of ['rtl', 'ltr']) {
                const wide = await page.evaluate((way) => {
                    document.documentElement.dir = way;
                    return document.documentElement.scrollWidth - innerWidth;
                }, dir);
                if (wide > 0) throw new Error(`${name}, ${width} pixels, ${dir}: ${wide} too wide`);
            }
            await page.evaluate(axe);
            const { violations } = await page.evaluate(() => globalThis.axe.run());
            const said = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ').slice(0, 200)}`);
            equal(said.join('; '), '', `axe, ${name}, ${colorScheme}, ${width} pixels`);
        }
};
