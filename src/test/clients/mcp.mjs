// The MCP SDK's own client against an MCP server that points to the house: protected-resource metadata, authorization server metadata,
// registration (by itself, or as a document at a URL), PKCE, resource. The server takes tokens that name it, and no others. Then the same against
// a server behind the gate, by `mcp: on`: it knows nothing of tokens, and the gate does all of that.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { done, equal, issuer, listening, present, step } from './lib/checks.mjs';
import { Person } from './lib/person.mjs';

const { KEYS, MCP_PORT } = process.env;
const home = `http://localhost:${MCP_PORT}`;
const resource = `${home}/mcp`;

// --8<-- the server
const app = express();
const keys = createRemoteJWKSet(new URL('/oauth/jwks', issuer));

app.get('/.well-known/oauth-protected-resource/mcp', (request, response) => response.json({
    resource,
    authorization_servers: [issuer.origin],
    scopes_supported: ['tools:use'],
}));

app.all('/mcp', express.json(), async (request, response) => {
    try {
        const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
        const { payload } = await jwtVerify(token, keys, { issuer: issuer.origin, audience: resource, typ: 'at+jwt' });
        await answer(request, response, payload);
    } catch {
        response.set('WWW-Authenticate', `Bearer resource_metadata="${home}/.well-known/oauth-protected-resource/mcp"`);
        response.status(401).end();
    }
});
// --8<-- end

// --8<-- the server behind the gate
app.all('/assistant', express.json(), (request, response) => answer(request, response, {
    preferred_username: request.headers['x-gatehouse-user'],
    client_id: request.headers['x-gatehouse-client'],
}));
// --8<-- end

async function answer(request, response, caller) {
    const server = new McpServer({ name: 'tools', version: '1.0.0' });
    server.registerTool('whoami', { description: 'Who is calling' }, () => ({
        content: [{ type: 'text', text: `${caller.preferred_username} through ${caller.client_id}` }],
    }));
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    response.on('close', () => server.close());
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
}

// --8<-- the client
/** What an MCP client remembers about its own access, and how it sends a person to the browser. */
class Access {
    constructor(clientMetadataUrl) {
        this.clientMetadataUrl = clientMetadataUrl;
        this.expected = randomUUID();
    }

    redirectUrl = 'http://127.0.0.1:33418/callback';

    get clientMetadata() {
        return {
            client_name: 'An assistant',
            redirect_uris: [this.redirectUrl],
            grant_types: ['authorization_code', 'refresh_token'],
            response_types: ['code'],
            token_endpoint_auth_method: 'none',
        };
    }

    state = () => this.expected;
    clientInformation = () => this.client;
    saveClientInformation = (client) => void (this.client = client);
    tokens = () => this.kept;
    saveTokens = (tokens) => void (this.kept = tokens);
    codeVerifier = () => this.verifier;
    saveCodeVerifier = (verifier) => void (this.verifier = verifier);
    redirectToAuthorization = (url) => void (this.start = url);
}
// --8<-- end

async function connected(access, server) {
    const transport = new StreamableHTTPClientTransport(new URL(server), { authProvider: access });
    const client = new Client({ name: 'assistant', version: '1.0.0' });
    await client.connect(transport);
    return client;
}

async function signedIn(access, server = resource) {
    const transport = new StreamableHTTPClientTransport(new URL(server), { authProvider: access });
    try {
        await new Client({ name: 'assistant', version: '1.0.0' }).connect(transport);
        throw new Error('connected without a token');
    } catch (failure) {
        if (!(failure instanceof UnauthorizedError)) throw failure;
    }
    equal(access.start.searchParams.get('resource'), server, 'resource');
    const arrived = await new Person().visit(access.start, access.redirectUrl);
    equal(arrived.url.searchParams.get('state'), access.expected, 'state');
    equal(arrived.url.searchParams.get('iss'), issuer.origin, 'iss');
    await transport.finishAuth(present(arrived.url.searchParams.get('code'), `a code in ${arrived.url}`));
}

async function whoami(access, server = resource) {
    const client = await connected(access, server);
    const told = await client.callTool({ name: 'whoami', arguments: {} });
    await client.close();
    return told.content[0].text;
}

await listening(app, Number(MCP_PORT));

const access = new Access();
await step('registers itself, is allowed by a person, and gets a token for this server', () => signedIn(access));
await step('calls a tool with it', async () => equal(await whoami(access), `alice through ${access.client.client_id}`, 'whoami'));
await step('refreshes by itself when the token is refused', async () => {
    const before = access.kept;
    access.kept = { ...before, access_token: 'worn-out' };
    equal(await whoami(access), `alice through ${access.client.client_id}`, 'whoami');
    if (access.kept.refresh_token === before.refresh_token) throw new Error('the same refresh token');
});
await step('the token is good nowhere else', async () => {
    const answer = await fetch(new URL('/notes', issuer), { headers: { authorization: `Bearer ${access.kept.access_token}` } });
    equal(answer.status, 401, 'status');
});

await step('a client that is a document at a URL', async () => {
    const server = createSecureServer({ key: readFileSync(`${KEYS}/localhost.key`), cert: readFileSync(`${KEYS}/localhost.pem`) },
        (request, response) => {
            response.setHeader('content-type', 'application/json');
            response.end(JSON.stringify({ client_id: document.clientMetadataUrl, ...document.clientMetadata }));
        });
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
    const document = new Access(`https://localhost:${server.address().port}/assistant.json`);
    await signedIn(document);
    equal(await whoami(document), `alice through ${document.clientMetadataUrl}`, 'whoami');
    server.close();
});

const gated = new URL('/assistant', issuer).href;
const behind = new Access();
await step('a server behind the gate: told where to sign in, and gets a token for its address alone', async () => {
    await signedIn(behind, gated);
    const [, claims] = behind.kept.access_token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    equal(JSON.stringify([].concat(JSON.parse(claims).aud)), JSON.stringify([gated]), 'aud');
});
await step('calls a tool of it', async () => equal(await whoami(behind, gated), `alice through ${behind.client.client_id}`, 'whoami'));
await step('refreshes by itself when the gate refuses the token', async () => {
    behind.kept = { ...behind.kept, access_token: 'worn-out' };
    equal(await whoami(behind, gated), `alice through ${behind.client.client_id}`, 'whoami');
});
await step('a token for another server is not taken behind the gate', async () => {
    const answer = await fetch(gated, { method: 'POST', headers: { authorization: `Bearer ${access.kept.access_token}` } });
    equal(answer.status, 401, 'status');
    const metadata = new URL('/.well-known/oauth-protected-resource/assistant', issuer).href;
    if (!answer.headers.get('www-authenticate').includes(`resource_metadata="${metadata}"`)) throw new Error('no way to the metadata');
});

done();
