// Second factors in Chromium: a passkey of a virtual authenticator that is made, named and signs in without a name; an authenticator app with its recovery codes, on pages
// without scripts too. The pages that only those see who have such things are judged in every look.
import { done, equal, issuer, step } from './lib/checks.mjs';
import { browser, code, judged, opened, register, withAuthenticator } from './lib/browser.mjs';

const { PASSWORD } = process.env;
const home = `${issuer.origin}/`;

const signIn = async (page, username) => {
    await page.goto(`${issuer.origin}/login`);
    await page.fill('#username', username);
    await page.fill('#password', PASSWORD);
    await page.click('#submit');
};

const owner = await opened({ bypassCSP: true });
const complaints = [];
owner.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));

await step('a passkey is made and named', async () => {
    await withAuthenticator(owner);
    await register('paula');
    await signIn(owner, 'paula');
    await owner.waitForURL(home);
    await owner.goto(`${issuer.origin}/account/passkeys`);
    await owner.fill('#name', 'My laptop');
    await owner.click('#passkey button');
    await owner.waitForSelector('h2:has-text("My laptop")');
    await judged(owner, 'passkeys');
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
    const secret = await page.textContent('#secret');
    await page.fill('#code', '000000');
    await page.click('#submit');
    await page.waitForSelector('#alert');
    await judged(page, 'authenticator-wrong');
    await page.fill('#code', code(secret));
    await page.click('#submit');
    await page.waitForSelector('#recovery');
    recovery = await page.locator('#recovery code').allTextContents();
    equal(recovery.length, 10, 'how many');
    await judged(page, 'recovery-codes');
    await page.goto(`${issuer.origin}/account/authenticator`);
    await page.waitForSelector('#remove');
    await judged(page, 'authenticator');
    await page.context().close();
});

await step('after the password a code is asked for', async () => {
    const page = await opened({ bypassCSP: true });
    await signIn(page, 'otto');
    await page.waitForSelector('#second');
    equal(await page.evaluate(() => document.activeElement.id), 'code', 'where one types');
    await judged(page, 'second-factor');
    await page.fill('#code', '000000');
    await page.click('#submit');
    await page.waitForSelector('#alert');
    await judged(page, 'second-factor-wrong');
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
