// The account page in Chromium: what people look after themselves, each journey with the keyboard alone and without JavaScript; then every page mirrored, dark and at
// 320 pixels, judged by axe.
import { readFileSync } from 'node:fs';
import { done, equal, issuer, step } from './lib/checks.mjs';
import { browser, follow, judged, opened, press, reach, register } from './lib/browser.mjs';

const { PASSWORD } = process.env;
const signIn = async (page, username) => {
    await page.fill('#username', username);
    await page.fill('#password', PASSWORD);
    await page.click('#submit');
};
/** Somebody on the account page, in a browser without scripts. */
const somebody = async (username) => {
    await register(username);
    const page = await opened({ javaScriptEnabled: false });
    await page.goto(`${issuer.origin}/account`);
    await signIn(page, username);
    await page.waitForURL('**/account');
    return page;
};
await step('a profile is changed with the keyboard, without scripts', async () => {
    const page = await somebody('petra');
    await follow(page, '/account/profile');
    await reach(page, '#nickname');
    await page.keyboard.type('Peppi');
    await reach(page, '#birthdate');
    await page.keyboard.type('yesterday');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#birthdate-wrong');
    equal(await page.inputValue('#nickname'), 'Peppi', 'what was written');
    await reach(page, '#birthdate');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('0000-05-17');
    await press(page, '#submit');
    await page.waitForSelector('.notice');
    equal(await page.inputValue('#birthdate'), '0000-05-17', 'what is kept');
    await follow(page, '/account');
    await page.context().close();
});

await step('a language is chosen with the keyboard, without scripts', async () => {
    const page = await somebody('ludwig');
    await follow(page, '/account/language');
    await reach(page, 'input[name=language]');
    for (let i = 0; i < 5 && (await page.evaluate(() => document.activeElement.value)) !== 'de'; i++) await page.keyboard.press('ArrowDown');
    await press(page, '#submit');
    await page.waitForSelector('html[lang=de] .notice');
    const other = await opened({ locale: 'fr' });
    await other.goto(`${issuer.origin}/account`);
    equal(await other.getAttribute('html', 'lang'), 'fr', 'before somebody is known');
    await signIn(other, 'ludwig');
    await other.waitForSelector('html[lang=de]');
    await other.context().close();
    await page.context().close();
});

await step('an app is put out with the keyboard, without scripts', async () => {
    const page = await somebody('agnes');
    const answer = await fetch(`${issuer.origin}/login`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username: 'agnes', password: PASSWORD }),
    });
    const { refresh_token: token } = await answer.json();
    const refresh = async () => (await fetch(`${issuer.origin}/oauth/token`, {
        method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
    })).status;
    await follow(page, '/account/apps');
    await press(page, '#apps button[value=gatehouse]');
    await page.waitForSelector('#apps button', { state: 'detached' });
    equal(await refresh(), 400, 'what it had');
    await page.context().close();
});

await step('the data comes as a file, with the keyboard, without scripts', async () => {
    const page = await somebody('doris');
    await follow(page, '/account/data');
    const [file] = await Promise.all([page.waitForEvent('download'), press(page, '#submit')]);
    equal(file.suggestedFilename(), 'doris.json', 'its name');
    const data = JSON.parse(readFileSync(await file.path(), 'utf8'));
    equal(data.account[0].email, 'doris@example.com', 'what is in it');
    await page.context().close();
});

await step('an account is deleted, and kept after all, with the keyboard, without scripts', async () => {
    const page = await somebody('gerda');
    await follow(page, '/account/delete');
    await reach(page, '#username');
    await page.keyboard.type('gerda');
    await page.keyboard.press('Enter');
    await page.waitForSelector('a[href="/login"]');
    await follow(page, '/login');
    equal(await page.locator('#login').count(), 1, 'nobody is signed in');
    await reach(page, '#username');
    await page.keyboard.type('gerda');
    await reach(page, '#password');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/account/keep');
    await press(page, '#submit');
    await page.waitForURL('**/account?kept=1');
    await page.waitForSelector('.notice');
    await page.context().close();
});

await step('every page in every look, and mirrored from the right', async () => {
    await register('omar');
    const page = await opened({ bypassCSP: true, colorScheme: 'dark', viewport: { width: 320, height: 640 } });
    await page.goto(`${issuer.origin}/account`);
    await signIn(page, 'omar');
    await page.waitForURL('**/account');
    const links = await page.locator('main a[href^="/account/"]').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    if (links.length < 10) throw new Error(`only ${links}`);
    for (const path of ['/account', ...links]) {
        await page.goto(issuer.origin + path);
        await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
        const begins = await page.evaluate(() => {
            const range = document.createRange();
            range.selectNodeContents(document.querySelector('h1'));
            const main = document.querySelector('main').getBoundingClientRect();
            return main.right - range.getBoundingClientRect().right;
        });
        if (begins > 40) throw new Error(`${path} does not begin at the right`);
        await judged(page, path.slice(1).replaceAll('/', '-'));
    }
    await page.context().close();
});

await browser.close();
done();
