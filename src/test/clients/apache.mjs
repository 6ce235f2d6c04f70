// Apache's mod_auth_openidc, from Debian, in front of a page that tells whom Apache takes a person for.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { done, equal, issuer, step } from './lib/checks.mjs';
import { Person } from './lib/person.mjs';

const { APACHE_PORT, WORK } = process.env;
const home = `http://localhost:${APACHE_PORT}`;
mkdirSync(`${WORK}/apache/pages/private`, { recursive: true });
writeFileSync(`${WORK}/apache/pages/private/index.html`, 'user=<!--#echo var="REMOTE_USER" --> sub=<!--#echo var="OIDC_CLAIM_sub" -->');
writeFileSync(`${WORK}/apache/pages/bye`, 'bye');

const apache = spawn('/usr/sbin/apache2', ['-DFOREGROUND', '-f', fileURLToPath(new URL('apache.conf', import.meta.url))], { stdio: 'inherit' });
process.on('exit', () => apache.kill());

await step('Apache is up', async () => {
    for (let tries = 100; tries > 0; tries--) {
        if (await fetch(`${home}/bye`).then((answer) => answer.ok, () => false)) return;
        await after(100);
    }
    throw new Error('it never answered');
});

/** Whether Apache has forgotten this browser and the house does not know it either. */
async function isAskedForAPassword(who) {
    const again = new Person({ password: 'not this one at all' });
    again.jars = new Map([...who.jars].map(([host, jar]) => [host, new Map(jar)]));
    const seen = await again.visit(`${home}/private/index.html`).catch((failure) => failure.message);
    return /signed in twice/.test(seen);
}

const person = new Person();
await step('a private page sends people to sign in and shows itself afterwards', async () => {
    const page = await person.visit(`${home}/private/index.html`);
    equal(page.status, 200, `status of ${page.url} with ${page.text} and ${readFileSync(`${WORK}/apache/error.log`)}`);
    equal(page.text.match(/user=(\S*)/)?.[1], 'alice', 'user');
});
await step('the session holds', async () => {
    const page = await person.visit(`${home}/private/index.html`);
    equal(page.text.match(/user=(\S*)/)?.[1], 'alice', 'user');
});
await step('sign-out at Apache is sign-out at the house', async () => {
    const page = await person.visit(`${home}/oidc?logout=${encodeURIComponent(`${home}/bye`)}`);
    equal(page.text.trim(), 'bye', `page ${page.url}`);
    equal(await isAskedForAPassword(person), true, 'a password is asked for');
});
await step('sign-out at the house is sign-out at Apache, which hears of it by the back channel', async () => {
    const other = new Person();
    await other.visit(`${home}/private/index.html`);
    await other.visit(new URL('/logout', issuer));
    for (let tries = 100; tries > 0 && !(await isAskedForAPassword(other)); tries--) await after(100);
    equal(await isAskedForAPassword(other), true, 'a password is asked for');
});

done();
