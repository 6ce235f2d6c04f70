// Every page for people in Chromium: light and dark, at 320 and 1280 pixels, judged by axe (WCAG 2.2 AA and best practice), walked with the keyboard,
// mirrored as for a language that is written from the right. SHOTS=FOLDER also keeps a picture of each.
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { done, equal, issuer, step } from './lib/checks.mjs';

const { PASSWORD, SPA_PORT, PASSPORT_PORT, SHOTS } = process.env;
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const looks = [];
for (const colorScheme of ['light', 'dark'])
    for (const width of [320, 1280]) looks.push({ colorScheme, width });

const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync', '--hide-scrollbars', '--host-resolver-rules=MAP gate.example 127.0.0.1',
    ],
});

const authorize = (more) => `${issuer.origin}/oauth/authorize?` + new URLSearchParams({
    response_type: 'code', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256', ...more,
});
const browserApp = (more = {}) => authorize({
    client_id: 'browser-app', redirect_uri: `http://localhost:${SPA_PORT}/callback`, scope: 'openid profile email notes:read', ...more,
});
const asking = (more = {}) => authorize({
    client_id: 'old-app', redirect_uri: `http://localhost:${PASSPORT_PORT}/callback`, scope: 'openid profile email', ...more,
});
const signIn = async (page) => {
    await page.fill('#username', 'alice');
    await page.fill('#password', PASSWORD);
    await page.click('#submit');
};

const { WORK } = process.env;
/** The newest link of a kind in a mail to that address; the house keeps its mails and has their links in its log. */
const link = async (kind, address) => {
    for (let tries = 0; tries < 100; tries++) {
        const lines = readFileSync(`${WORK}/house.log`, 'utf8').split('\n').filter((line) => line.includes(address));
        const found = lines.map((line) => line.match(new RegExp(`/${kind}\\?key=[\\w-]{43}`))?.[0]).filter(Boolean).at(-1);
        if (found) return issuer.origin + found;
        await new Promise((go) => setTimeout(go, 100));
    }
    throw new Error(`no ${kind} to ${address}`);
};
const somebody = (look) => `pages-${look.colorScheme}-${look.width}`;

/** What there is to see, in the order in which one browser sees it. */
const pages = {
    home: (page) => page.goto(`${issuer.origin}/`),
    forgot: (page) => page.goto(`${issuer.origin}/forgot`),
    'forgot-sent': async (page, look) => {
        const name = somebody(look);
        await fetch(`${issuer.origin}/register`, {
            method: 'POST', headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ username: name, password: PASSWORD, email: `${name}@example.com` }),
        });
        await page.fill('#name', name);
        await page.click('#submit');
        await page.waitForSelector('.notice');
    },
    reset: async (page, look) => {
        await page.goto(await link('reset', `${somebody(look)}@example.com`));
        await page.waitForSelector('#reset');
    },
    'reset-wrong': async (page) => {
        await page.fill('#password', 'short');
        await page.click('#submit');
        await page.waitForSelector('#alert');
    },
    'reset-elsewhere': async (page, look) => {
        await page.context().clearCookies();
        await page.goto(await link('reset', `${somebody(look)}@example.com`));
        await page.waitForSelector('#name');
    },
    verify: async (page, look) => {
        await page.goto(await link('verify', `${somebody(look)}@example.com`));
        await page.waitForSelector('#verify');
    },
    'verify-done': async (page) => {
        await page.click('#submit');
        await page.waitForURL('**/verify?done=1');
    },
    'verify-waiting': (page) => page.goto(`${issuer.origin}/verify`),
    'reset-done': async (page, look) => {
        await page.goto(await link('reset', `${somebody(look)}@example.com`));
        await page.fill('#name', somebody(look));
        await page.fill('#password', `${PASSWORD} again`);
        await page.click('#submit');
        await page.waitForURL('**/reset?done=1');
    },
    'link-over': async (page, look) => page.goto(await link('reset', `${somebody(look)}@example.com`)),
    register: (page) => page.goto(`${issuer.origin}/register`),
    setup: async (page) => {
        const found = readFileSync(`${WORK}/house.log`, 'utf8').match(/\/account\/setup\?key=[\w-]{43}/);
        await page.goto(issuer.origin + found[0]);
        await page.waitForSelector('#setup');
    },
    'register-wrong': async (page) => {
        await page.goto(`${issuer.origin}/register`);
        await page.fill('#username', 'someone');
        await page.fill('#email', 'someone@example.com');
        await page.fill('#password', 'short');
        await page.click('#submit');
    },
    'sign-in-wrong': async (page) => {
        await page.goto(`${issuer.origin}/login`);
        await page.fill('#username', 'nobody-at-all');
        await page.fill('#password', 'not the password');
        await page.click('#submit');
    },
    'sign-in': (page) => page.goto(browserApp()),
    consent: async (page) => {
        await page.goto(asking());
        if (await page.$('#login')) await signIn(page);
        await page.waitForSelector('#consent');
    },
    choose: (page) => page.goto(browserApp({ prompt: 'select_account' })),
    'sign-in-again': (page) => page.goto(browserApp({ prompt: 'login' })),
    account: (page) => page.goto(`${issuer.origin}/account`),
    'account-password': (page) => page.goto(`${issuer.origin}/account/password`),
    'account-authenticator': (page) => page.goto(`${issuer.origin}/account/authenticator`),
    'account-passkeys': (page) => page.goto(`${issuer.origin}/account/passkeys`),
    'account-logins': (page) => page.goto(`${issuer.origin}/account/logins`),
    'account-profile': (page) => page.goto(`${issuer.origin}/account/profile`),
    'account-profile-wrong': async (page) => {
        await page.fill('#website', 'nowhere');
        await page.fill('#birthdate', 'yesterday');
        await page.click('#submit');
        await page.waitForSelector('#birthdate-wrong');
    },
    'account-email': (page) => page.goto(`${issuer.origin}/account/email`),
    'account-email-wrong': async (page) => {
        await page.evaluate(() => { document.querySelector('#email').type = 'text'; });
        await page.fill('#email', 'nobody');
        await page.click('#submit');
        await page.waitForSelector('#alert');
    },
    'account-language': (page) => page.goto(`${issuer.origin}/account/language`),
    'account-apps': (page) => page.goto(`${issuer.origin}/account/apps`),
    'account-data': (page) => page.goto(`${issuer.origin}/account/data`),
    'account-delete': (page) => page.goto(`${issuer.origin}/account/delete`),
    'account-delete-wrong': async (page) => {
        await page.fill('#username', 'nobody');
        await page.click('#submit');
        await page.waitForSelector('#alert');
    },
    sessions: (page) => page.goto(`${issuer.origin}/account/sessions`),
    'home-signed-in': (page) => page.goto(`${issuer.origin}/`),
    device: (page) => page.goto(`${issuer.origin}/device`),
    'device-confirm': async (page) => {
        const begun = await (await fetch(`${issuer.origin}/oauth/device`, {
            method: 'POST', body: new URLSearchParams({ client_id: 'tv', scope: 'openid notes:read' }),
        })).json();
        await page.goto(`${issuer.origin}/device`);
        await page.fill('#user_code', begun.user_code);
        await page.click('button[type=submit]');
        await page.waitForSelector('#device-decision');
    },
    'device-done': async (page) => {
        await page.click('#allow');
        await page.waitForSelector('h1');
    },
    logout: (page) => page.goto(`${issuer.origin}/logout`),
    'signed-out': async (page) => {
        await page.click('#logout');
        await page.waitForSelector('h1');
    },
    error: (page) => page.goto(authorize({ client_id: 'nobody', redirect_uri: 'https://example.com/' })),
    'wrong-address': (page) => page.goto(`http://gate.example:${issuer.port}/login`),
};

/** Each page in each look: judged by axe, then mirrored; what a finger meets is big enough. */
const judged = (seen, { title = '', seenBy = looks, also = async () => {} } = {}) => Promise.all(seenBy.map(async (look) => {
    const context = await browser.newContext({
        bypassCSP: true, locale: 'en', colorScheme: look.colorScheme, viewport: { width: look.width, height: 720 },
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    for (const [name, go] of Object.entries(seen))
        await step(`${title}${name}, ${look.colorScheme}, ${look.width} pixels`, async () => {
            await go(page, look);
            await also(page);
            if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${look.colorScheme}-${look.width}.png` });
            await page.evaluate(axe);
            const { violations } = await page.evaluate(() => globalThis.axe.run());
            const said = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ').slice(0, 200)}`);
            if (said.length > 0) throw new Error(said.join('; '));
            for (const dir of ['rtl', 'ltr']) {
                const wide = await page.evaluate((way) => {
                    document.documentElement.dir = way;
                    return document.documentElement.scrollWidth - innerWidth;
                }, dir);
                if (wide > 0) throw new Error(`${wide} pixels too wide in ${dir}`);
            }
            const small = await page.evaluate(() => [...document.querySelectorAll('button, main input:not([type=hidden]), a.button, a.target')]
                .filter((one) => one.checkVisibility() && (one.closest('label') ?? one).getBoundingClientRect().height < 43.5)
                .map((one) => one.outerHTML.slice(0, 80)));
            if (small.length > 0) throw new Error(`lower than 44 pixels: ${small.join(' ')}`);
        });
    await context.close();
}));
await judged(pages);

/** The same house while its file has that at its end, and then again without. */
const meanwhile = async (settings, shows, work) => {
    const file = `${WORK}/house/gatehouse.yaml`;
    const before = readFileSync(file, 'utf8');
    const page = await browser.newPage();
    const until = async (wanted) => {
        for (let tries = 0; tries < 100; tries++) {
            await page.goto(`${issuer.origin}/register`);
            if ((await page.$(shows) !== null) === wanted) return;
            await new Promise((go) => setTimeout(go, 100));
        }
        throw new Error(`${shows} is ${wanted ? 'not there' : 'still there'}`);
    };
    writeFileSync(file, before + settings);
    try {
        await step(`the house takes on: ${settings.trim()}`, () => until(true));
        await work();
    } finally {
        writeFileSync(file, before);
        await step('the house is as it was', () => until(false));
        await page.close();
    }
};

await meanwhile('\naccounts: {terms: {version: "1", url: https://example.com/terms}}\n', '#terms', () => judged({
    'terms-register': (page) => page.goto(`${issuer.origin}/register`),
    'terms-register-wrong': async (page) => {
        await page.fill('#username', 'someone');
        await page.fill('#email', 'someone@example.com');
        await page.fill('#password', PASSWORD);
        await page.evaluate(() => { document.querySelector('#terms').required = false; });
        await page.click('#submit');
        await page.waitForSelector('#alert');
    },
    terms: async (page) => {
        await page.goto(`${issuer.origin}/login`);
        await signIn(page);
        await page.goto(`${issuer.origin}/account/terms`);
        await page.waitForSelector('#accept');
    },
    'terms-wrong': async (page) => {
        await page.evaluate(() => { document.querySelector('#accept').required = false; });
        await page.click('#submit');
        await page.waitForSelector('#alert');
    },
}));

/** English as no language writes it: strange letters, half as long again, in brackets. What is not so on a page did not come from the texts, and what is too long will be in some language. */
const strange = (text) => `[${text.replace(/\\n|\{\d}|[a-z]/g, (one) => 'ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑ'[one.charCodeAt(0) - 97] ?? one)}${' ŀǿƞɠ'.repeat(Math.ceil(text.length / 10))}]`;
const ours = readFileSync(new URL('../../main/resources/dev/gatehouse/web/messages/en.properties', import.meta.url), 'utf8');
const texts = ours.split('\n').map((line) => line.match(/^([\w.-]+)\s*=\s*(.*)$/)).filter(Boolean).filter(([, , text]) => text.length < 1200);
writeFileSync(`${WORK}/house/en.properties`, [
    'layout.above = For staff and suppliers of the shop.', 'layout.below = Example Ltd, 1 High Street, Example Town',
    ...texts.map(([, key, text]) => `${key} = ${strange(text)}`),
].join('\n'));
const byMail = /^(forgot-|reset|verify|link|setup)/;
await meanwhile('\nbranding: {texts: [en.properties]}\n', 'footer p', () => judged(
    Object.fromEntries(Object.entries(pages).filter(([name]) => !byMail.test(name))),
    {
        title: 'with strange texts: ',
        seenBy: [looks[0]],
        also: async (page) => equal(await page.evaluate(() => [...document.querySelectorAll('h1, h2, main label, legend, button')]
            .filter((one) => one.checkVisibility() && one.textContent.trim() && !one.closest('[lang]:not(html), #apps') && !one.querySelector('[lang]'))
            .map((one) => one.textContent.trim()).filter((said) => !said.includes('[')).join('; ')), '', 'what is not of the texts'),
    }));

await step('a sign-in without a pointer', async () => {
    const context = await browser.newContext({ locale: 'en' });
    const page = await context.newPage();
    const complaints = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(`${issuer.origin}/login`);
    equal(await page.evaluate(() => document.activeElement.id), 'username', 'where one starts');
    await page.keyboard.type('alice');
    const order = [];
    for (let i = 0; i < 3; i++) {
        await page.keyboard.press('Tab');
        order.push(await page.evaluate(() => document.activeElement.id));
        if (order.at(-1) === 'password') await page.keyboard.type(PASSWORD);
        if (order.at(-1) === 'show') {
            await page.keyboard.press('Space');
            equal(await page.getAttribute('#password', 'type'), 'text', 'the password that is shown');
        }
    }
    equal(order.join(' '), 'password show submit', 'the order');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${issuer.origin}/`);
    equal(complaints.join('; '), '', 'what the browser complained of');
    await context.close();
});

await step('a sign-in without scripts', async () => {
    const context = await browser.newContext({ locale: 'en', javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${issuer.origin}/login`);
    equal(await page.isVisible('#show'), false, 'what only a script could do is shown');
    await signIn(page);
    await page.waitForURL(`${issuer.origin}/`);
    await context.close();
});

await browser.close();
done();
