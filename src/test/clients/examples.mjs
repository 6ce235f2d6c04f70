// The snippets of src/docs/apps, as they stand there.
import { done, equal, issuer, listening, present, step } from './lib/checks.mjs';
import { Person } from './lib/person.mjs';

const { APP_PORT } = process.env;
process.env.HOME = `http://localhost:${APP_PORT}`;

const person = new Person();
await step('web app: signs in, shows who it is, reads an API', async () => {
    const { app } = await import('./examples/web-app.mjs');
    await listening(app, Number(APP_PORT));
    const page = await person.visit(`${process.env.HOME}/`);
    equal(page.text.startsWith('Hello, alice!'), true, page.text);
});
await step('web app: signs out', async () => {
    const page = await person.visit(`${process.env.HOME}/logout`);
    equal(page.text, 'Bye!', 'page');
});
await step('mobile app: signs in and refreshes', async () => {
    const { refresh, signIn } = await import('./examples/mobile-app.mjs');
    const tokens = await signIn(async (url) => (await new Person().visit(url, 'com.example.notes:')).url);
    present((await refresh(tokens.refresh_token)).access_token, 'access_token');
});
await step('service: writes', async () => {
    const { write } = await import('./examples/service.mjs');
    equal((await write({ text: 'milk' })).status, 200, 'status');
});
await step('device: waits for somebody with a phone', async () => {
    const { signIn } = await import('./examples/device.mjs');
    let waiting;
    const tokens = await signIn((uri, code, complete) => (waiting = new Person().visit(complete)));
    await waiting;
    const answer = await fetch(new URL('/notes', issuer), { headers: { authorization: `Bearer ${tokens.access_token}` } });
    equal((await answer.json()).user, 'alice', 'user');
});

done();
