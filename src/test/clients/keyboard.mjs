// Ways in and what protects them, in Chromium with the keyboard alone and, where the browser allows, without scripts: authenticator app and recovery codes, a forgotten
// password, changes of password and address, other browsers put out, a company's login, passkeys by the button and by the field. Their pages are judged in every look.
import { done, equal, issuer, step } from './lib/checks.mjs';
import { browser, code, follow, judged, link, opened, press, reach, register, signIn, withAuthenticator, write } from './lib/browser.mjs';

const { PASSWORD, COMPANY_PORT, SPA_PORT } = process.env;
const home = `${issuer.origin}/`;
const mute = { javaScriptEnabled: false };

/** Somebody new on the account page. */
const somebody = async (username, settings = mute) => {
    await register(username);
    const page = await opened(settings);
    await page.goto(`${issuer.origin}/account`);
    await signIn(page, username);
    await page.waitForURL('**/account');
    return page;
};
const wrongThenRight = async (page, field, wrong, right) => {
    await write(page, field, wrong);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#alert');
    await write(page, field, right);
    await page.keyboard.press('Enter');
};
const closed = (page) => page.context().close();

let key;
let recovery = [];
await step('an authenticator app is set up', async () => {
    const page = await somebody('odile');
    await follow(page, '/account/authenticator');
    key = await page.textContent('#secret');
    await wrongThenRight(page, '#code', '000000', code(key));
    await page.waitForSelector('#recovery');
    recovery = await page.locator('#recovery code').allTextContents();
    equal(recovery.length, 10, 'how many recovery codes');
    await press(page, 'a.button');
    await page.waitForURL('**/account');
    await follow(page, '/account/authenticator');
    await page.waitForSelector('#remove');
    await closed(page);
});

await step('a code of the app signs in, and after a wrong one a recovery code', async () => {
    for (const right of [code(key, 1), recovery[0]]) {
        const page = await opened(mute);
        await page.goto(`${issuer.origin}/login`);
        await signIn(page, 'odile');
        await page.waitForSelector('#second');
        equal(await page.evaluate(() => document.activeElement.id), 'code', 'where one types');
        await wrongThenRight(page, '#code', '000000', right);
        await page.waitForURL(home);
        await closed(page);
    }
});

await step('recovery codes are made anew, and the app is removed', async () => {
    const page = await opened(mute);
    await page.goto(`${issuer.origin}/login`);
    await signIn(page, 'odile');
    await page.waitForSelector('#second');
    await write(page, '#code', recovery[1]);
    await page.keyboard.press('Enter');
    await page.waitForURL(home);
    await page.goto(`${issuer.origin}/account/authenticator`);
    await press(page, '#codes button');
    await page.waitForSelector('#recovery');
    const anew = await page.locator('#recovery code').allTextContents();
    equal(anew.length, 10, 'how many');
    equal(anew.some((one) => recovery.includes(one)), false, 'an old one is among them');
    await press(page, 'a.button');
    await page.waitForURL('**/account');
    await follow(page, '/account/authenticator');
    await press(page, '#remove button');
    await page.waitForURL('**/account');
    await follow(page, '/account/authenticator');
    await page.waitForSelector('#authenticator');
    await closed(page);
});

await step('a forgotten password is replaced', async () => {
    await register('vera');
    const page = await opened(mute);
    await page.goto(`${issuer.origin}/login`);
    await follow(page, '/forgot');
    await write(page, '#name', 'vera');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.notice');
    await page.goto(await link('reset', 'vera@example.com'));
    await wrongThenRight(page, '#password', 'short', `${PASSWORD} anew`);
    await page.waitForURL('**/reset?done=1');
    await follow(page, '/login?other=1');
    await signIn(page, 'vera', `${PASSWORD} anew`);
    await page.waitForURL(home);
    await closed(page);
});

await step('a password is changed, and other browsers are put out', async () => {
    const page = await somebody('pavel');
    const other = await opened(mute);
    await other.goto(`${issuer.origin}/account`);
    await signIn(other, 'pavel');
    await other.waitForURL('**/account');
    await follow(page, '/account/password');
    await write(page, '#current', 'not this one');
    await write(page, '#new', `${PASSWORD} anew`);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#alert');
    await write(page, '#current', PASSWORD);
    await write(page, '#new', `${PASSWORD} anew`);
    await press(page, '#submit');
    await page.waitForSelector('.notice');
    await other.goto(`${issuer.origin}/account`);
    await other.waitForSelector('#login');
    await signIn(other, 'pavel', `${PASSWORD} anew`);
    await other.waitForURL('**/account');
    await page.goto(`${issuer.origin}/account/sessions`);
    await press(page, '#others');
    await page.waitForSelector('#others', { state: 'detached' });
    await other.goto(`${issuer.origin}/account`);
    await other.waitForSelector('#login');
    await closed(other);
    await closed(page);
});

await step('an address is changed', async () => {
    const page = await somebody('edgar');
    await follow(page, '/account/email');
    await write(page, '#email', 'edgar.new@example.com');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.notice');
    await page.goto(await link('verify', 'edgar.new@example.com'));
    await press(page, '#submit');
    await page.waitForURL('**/verify?done=1');
    await page.goto(`${issuer.origin}/account/email`);
    equal((await page.textContent('main')).includes('edgar.new@example.com'), true, 'the new address is there');
    await closed(page);
});

await step('a company’s login signs in, is connected to an account, and is disconnected', async () => {
    const page = await opened(mute);
    await register('clara');
    await page.goto(`${issuer.origin}/login`);
    await press(page, '#with-company button');
    await page.waitForURL(`http://localhost:${COMPANY_PORT}/**`);
    await page.fill('input[name=login]', 'clara');
    await page.fill('input[name=password]', 'anything');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Continue');
    await press(page, 'button[type=submit]');
    await page.waitForSelector('#sign-in');
    await press(page, '#sign-in button');
    await signIn(page, 'clara');
    await page.waitForSelector('#connect');
    await press(page, '#connect button');
    await page.waitForURL('**/account/logins?added=1');
    await press(page, 'form[id^=remove-] button');
    await page.waitForSelector('form[id^=remove-]', { state: 'detached' });
    await closed(page);
});

/** What the page asks the browser for, told as it happens; without the field's own offer where `offer` is false. */
const watched = async (page, offer = true) => {
    const asked = [];
    await page.exposeFunction('gatehouseAsked', (mediation) => asked.push(mediation));
    await page.addInitScript((withOffer) => {
        const get = navigator.credentials.get.bind(navigator.credentials);
        navigator.credentials.get = async (options) => {
            await globalThis.gatehouseAsked(options.mediation ?? 'the button');
            return get(options);
        };
        if (!withOffer) PublicKeyCredential.isConditionalMediationAvailable = async () => false;
    }, offer);
    return asked;
};
const withPasskey = async (username, offer) => {
    const page = await opened({ bypassCSP: true });
    await withAuthenticator(page);
    await register(username);
    await page.goto(`${issuer.origin}/account/passkeys`);
    await page.waitForSelector('#login');
    await signIn(page, username);
    await page.waitForURL('**/account/passkeys**');
    await write(page, '#name', 'My laptop');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h2:has-text("My laptop")');
    const session = (await page.context().cookies()).find((one) => one.name === 'gh');
    await page.context().clearCookies({ name: session.name });
    return { page, asked: await watched(page, offer) };
};

await step('a passkey that is known comes first, has the focus, and signs in by the enter key', async () => {
    const { page, asked } = await withPasskey('pia', false);
    await page.goto(`${issuer.origin}/login`);
    await page.waitForSelector('#passkey-first');
    await page.waitForFunction(() => document.activeElement.matches('#passkey button'));
    await judged(page, 'sign-in-passkey');
    await page.keyboard.press('Enter');
    await page.waitForURL(home);
    equal(asked.join(), 'the button', 'what asked');
    await closed(page);
});

await step('the field for the name offers the passkey by itself', async () => {
    const { page, asked } = await withPasskey('paolo', true);
    await page.goto(`${issuer.origin}/login`);
    await page.waitForURL(home);
    equal(asked.join(), 'conditional', 'what asked');
    equal((await page.textContent('main')).includes('paolo'), true, 'who is in');
    await closed(page);
});

await step('where there is no passkey the offer waits, and the password signs in', async () => {
    await register('nora');
    const page = await opened();
    await withAuthenticator(page);
    const asked = await watched(page);
    await page.goto(`${issuer.origin}/login`);
    while (asked.length === 0) await new Promise((go) => setTimeout(go, 50));
    await signIn(page, 'nora');
    await page.waitForURL(home);
    equal(asked.join(), 'conditional', 'what asked');
    await closed(page);
});

await step('a passkey is renamed and removed without scripts', async () => {
    const { page } = await withPasskey('rosa', false);
    const cookies = await page.context().cookies();
    const mutePage = await opened(mute);
    await mutePage.context().addCookies(cookies);
    await mutePage.goto(`${issuer.origin}/account/passkeys`);
    equal(await mutePage.isVisible('#passkey'), false, 'what only a script could do is shown');
    await signIn(mutePage, 'rosa');
    await mutePage.waitForURL('**/account/passkeys**');
    await press(mutePage, 'summary');
    await write(mutePage, '[id^=name-]:not(#name)', 'My old laptop');
    await mutePage.keyboard.press('Enter');
    await mutePage.waitForSelector('h2:has-text("My old laptop")');
    await press(mutePage, 'summary');
    await press(mutePage, '[id^=remove-] button');
    await mutePage.waitForSelector('h2', { state: 'detached' });
    await closed(mutePage);
    await closed(page);
});

await step('the hint about Caps Lock comes and goes', async () => {
    const page = await opened();
    await page.goto(`${issuer.origin}/login`);
    await reach(page, '#password');
    equal(await page.isVisible('[data-caps]'), false, 'before');
    // Chromium's own protocol has no lock among its modifiers.
    await page.evaluate(() => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'A', modifierCapsLock: true, bubbles: true })));
    equal(await page.isVisible('[data-caps]'), true, 'with it');
    await page.keyboard.type('a');
    equal(await page.isVisible('[data-caps]'), false, 'without it');
    await closed(page);
});

await step('the parts of a return address that differ are marked, in every look', async () => {
    const page = await opened({ bypassCSP: true });
    await page.goto(`${issuer.origin}/oauth/authorize?` + new URLSearchParams({
        client_id: 'browser-app', response_type: 'code', redirect_uri: `http://localhost:${SPA_PORT}/callbacks`,
    }));
    equal((await page.locator('mark:visible').allTextContents()).filter(Boolean).join(), 's', 'what is marked');
    await judged(page, 'return-address');
    await closed(page);
});

await browser.close();
done();
