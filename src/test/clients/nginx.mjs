// Debian's nginx in front of an API, with the very lines that src/docs/forward-auth.md gives for it; it asks Gatehouse about every request.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';
import { done, equal, issuer, step } from './lib/checks.mjs';
import { Person } from './lib/person.mjs';

const { NGINX_BINARY = '/usr/sbin/nginx', NGINX_PORT, NOTES_PORT, GATE_PORT, PASSWORD, WORK } = process.env;
const home = `http://localhost:${NGINX_PORT}`;

const page = readFileSync(new URL('../../docs/forward-auth.md', import.meta.url), 'utf8');
const server = page
    .match(/```nginx\n([^]*?)```/)[1]
    .replace('listen 443 ssl;', `listen 127.0.0.1:${NGINX_PORT};`)
    .replace('server_name app.example.com;', 'server_name localhost;')
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${GATE_PORT}`)
    .replaceAll('127.0.0.1:9000', `127.0.0.1:${NOTES_PORT}`);
mkdirSync(`${WORK}/nginx`, { recursive: true });
writeFileSync(
    `${WORK}/nginx/nginx.conf`,
    `pid nginx.pid; error_log error.log; events {} http { access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;\n${server}}`,
);
const nginx = spawn(NGINX_BINARY, ['-p', `${WORK}/nginx`, '-c', `${WORK}/nginx/nginx.conf`, '-e', `${WORK}/nginx/error.log`, '-g', 'daemon off; master_process off;'], {
    stdio: 'inherit',
});
process.on('exit', () => nginx.kill());

/** One request to the path as it is written, its answer whole; redirects are not followed. */
function ask(path, headers = {}, method = 'GET') {
    return new Promise((told, failed) => {
        const sent = request({ host: 'localhost', port: NGINX_PORT, path, method, headers }, (answer) => {
            let text = '';
            answer.on('data', (chunk) => (text += chunk));
            answer.on('end', () => told({ status: answer.statusCode, headers: answer.headers, text }));
        });
        sent.on('error', failed);
        sent.end();
    });
}

await step('nginx is up', async () => {
    for (let tries = 100; tries > 0; tries--) {
        if (await ask('/app/open').then((answer) => answer.status === 200, () => false)) return;
        await after(100);
    }
    throw new Error(readFileSync(`${WORK}/nginx/error.log`, 'utf8').slice(-500));
});

const signedIn = await fetch(new URL('/login', issuer), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'alice', password: PASSWORD }),
});
const bearer = { authorization: `Bearer ${(await signedIn.json()).access_token}` };

await step('who has no token gets the 401 and its challenge', async () => {
    const answer = await ask('/app/mine');
    equal(answer.status, 401, 'status');
    equal(answer.headers['www-authenticate'], 'Bearer realm="gatehouse"', 'challenge');
});
await step('who has one passes, and the API hears who it is', async () => {
    const answer = await ask('/app/mine', bearer);
    equal(answer.status, 200, 'status');
    equal(JSON.parse(answer.text).user, 'alice', 'user');
});
await step('what a client says of itself never arrives', async () => {
    equal(JSON.parse((await ask('/app/mine', { ...bearer, 'x-gatehouse-user': 'root' })).text).user, 'alice', 'user');
    equal(JSON.parse((await ask('/app/open', { 'x-gatehouse-user': 'root' })).text).user, undefined, 'user of a public route');
});
await step('the method and the address are those of the request, whatever else is claimed', async () => {
    equal((await ask('/app/write', bearer, 'POST')).status, 200, 'POST');
    equal((await ask('/app/write', { ...bearer, 'x-original-method': 'GET' }, 'DELETE')).status, 403, 'DELETE');
    equal((await ask('/app/mine', { 'x-original-uri': '/app/open' })).status, 401, 'X-Original-URI');
    equal((await ask('/app/mine', { 'x-forwarded-uri': '/app/open', 'x-forwarded-method': 'GET' })).status, 500, 'X-Forwarded-Uri');
    equal((await ask('/app/nowhere/at/all', bearer)).status, 200, 'below /**');
    equal((await ask('/elsewhere', bearer)).status, 403, 'no route');
});
await step('addresses that can be read in two ways do not pass', async () => {
    for (const path of ['/app/open/../mine', '/app/%2e%2e/open', '/app//open', '/app/open%2f..%2fmine'])
        equal((await ask(path, bearer)).status, 500, path);
});
await step('a person is sent to sign in and comes back', async () => {
    const person = new Person();
    const seen = await person.visit(`${home}/app/report?year=2026`);
    equal(seen.url.href, `${home}/app/report?year=2026`, 'page');
    equal(JSON.parse(seen.text).user, 'alice', 'user');
});

done();
