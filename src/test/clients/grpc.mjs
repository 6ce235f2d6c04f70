// gRPC's own library for Node on both sides of the gate: the four kinds of calls, deadlines, cancelling, and what a caller hears when the gate says no.
import grpc from '@grpc/grpc-js';
import { done, equal, issuer, present, step } from './lib/checks.mjs';

const { CLIENT_SECRET, GRPC_PORT } = process.env;
const { status } = grpc;

const text = { serialize: (value) => Buffer.from(value), deserialize: (octets) => octets.toString() };
const method = (name, requestStream, responseStream) => ({
    path: `/notes.Notes/${name}`,
    requestStream,
    responseStream,
    requestSerialize: text.serialize,
    requestDeserialize: text.deserialize,
    responseSerialize: text.serialize,
    responseDeserialize: text.deserialize,
});
const notes = {
    say: method('Say', false, false),
    slow: method('Slow', false, false),
    count: method('Count', false, true),
    sum: method('Sum', true, false),
    echo: method('Echo', true, true),
    write: method('Write', false, false),
    unknown: method('Unknown', false, false),
};

let cancelled;
const wasCancelled = new Promise((told) => { cancelled = told; });
const server = new grpc.Server();
server.addService(notes, {
    say(call, answer) {
        const trailers = new grpc.Metadata();
        trailers.set('said-by', call.metadata.get('x-gatehouse-client')[0] ?? 'nobody');
        if (call.request === 'nothing') answer({ code: status.NOT_FOUND, details: 'nothing: 100 % \u00fc' }, null, trailers);
        else answer(null, `re: ${call.request}`, trailers);
    },
    slow() {},
    count(call) {
        for (let i = 1; i <= 3; i++) call.write(String(i));
        call.end();
    },
    sum(call, answer) {
        let sum = 0;
        call.on('data', (number) => { sum += Number(number); });
        call.on('end', () => answer(null, String(sum)));
    },
    echo(call) {
        call.on('cancelled', () => cancelled());
        call.on('data', (word) => call.write(`re: ${word}`));
        call.on('end', () => call.end());
        call.on('error', () => {});
    },
    write(call, answer) { answer(null, 'written'); },
    unknown(call, answer) { answer(null, 'found'); },
});
await new Promise((ready, failed) => server.bindAsync(
    `127.0.0.1:${GRPC_PORT}`,
    grpc.ServerCredentials.createInsecure(),
    (failure) => (failure ? failed(failure) : ready()),
));

const Notes = grpc.makeGenericClientConstructor(notes, 'Notes');
const client = new Notes(issuer.host, grpc.credentials.createInsecure());

/** One message there and one back: the answer, the status and the trailers. */
function ask(name, message, metadata, options = {}) {
    return new Promise((settle) => {
        const seen = {};
        client[name](message, metadata, options, (failure, answer) => { Object.assign(seen, { failure, answer }); })
            .on('status', (said) => settle({ ...seen, ...said, trailers: said.metadata }));
    });
}

const said = await step('a token', async () => {
    const response = await fetch(new URL('/oauth/token', issuer), {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`worker:${CLIENT_SECRET}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'notes:read' }),
    });
    return (await response.json()).access_token;
});
const known = new grpc.Metadata();
known.set('authorization', `Bearer ${present(said, 'a token')}`);

await step('a unary call with trailers', async () => {
    const seen = await ask('say', 'hello', known);
    equal(seen.answer, 're: hello', 'answer');
    equal(seen.code, status.OK, 'status');
    equal(seen.trailers.get('said-by')[0], 'worker', 'trailer');
});

await step('a status of the service and its words', async () => {
    const seen = await ask('say', 'nothing', known);
    equal(seen.code, status.NOT_FOUND, 'status');
    equal(seen.details, 'nothing: 100 % \u00fc', 'words');
});

await step('a stream of the service', async () => {
    const seen = [];
    for await (const number of client.count('all', known)) seen.push(number);
    equal(seen.join(), '1,2,3', 'messages');
});

await step('a stream of the caller', async () => {
    const sum = await new Promise((settle, fail) => {
        const call = client.sum(known, (failure, answer) => (failure ? fail(failure) : settle(answer)));
        for (const number of ['1', '2', '39']) call.write(number);
        call.end();
    });
    equal(sum, '42', 'sum');
});

await step('both at once, word by word', async () => {
    const call = client.echo(known);
    const words = call[Symbol.asyncIterator]();
    for (const word of ['a', 'b', 'c']) {
        call.write(word);
        equal((await words.next()).value, `re: ${word}`, 'answer');
    }
    call.end();
    equal((await words.next()).done, true, 'end');
});

await step('a caller that cancels', async () => {
    const call = client.echo(known);
    call.on('error', () => {});
    call.write('a');
    await new Promise((heard) => call.once('data', heard));
    call.cancel();
    await wasCancelled;
});

await step('a deadline', async () => {
    const seen = await ask('slow', 'hello', known, { deadline: Date.now() + 500 });
    equal(seen.code, status.DEADLINE_EXCEEDED, 'status');
});

await step('no token is UNAUTHENTICATED, with a challenge', async () => {
    const seen = await ask('say', 'hello', new grpc.Metadata());
    equal(seen.code, status.UNAUTHENTICATED, 'status');
    equal(seen.details.startsWith('login_required: '), true, seen.details);
    present(seen.trailers.get('www-authenticate')[0], 'challenge');
});

await step('a scope too few is PERMISSION_DENIED', async () => {
    equal((await ask('write', 'hello', known)).code, status.PERMISSION_DENIED, 'status');
});

await step('a method without a route is UNIMPLEMENTED', async () => {
    equal((await ask('unknown', 'hello', known)).code, status.UNIMPLEMENTED, 'status');
});

await step('a service that is gone is UNAVAILABLE', async () => {
    server.forceShutdown();
    equal((await ask('say', 'hello', known)).code, status.UNAVAILABLE, 'status');
});

client.close();
done();
