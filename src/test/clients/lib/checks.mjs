// How a client reports: one line for each thing it did, `ok NAME` or `FAIL NAME: why`; the driver counts them.
import { createServer } from 'node:http';

export const issuer = new URL(process.env.ISSUER);

const failures = [];

/** Does one thing; what it returns is given to the next. Without it, the rest of this client makes no sense. */
export async function step(name, work) {
    try {
        const result = await work();
        console.log(`ok ${name}`);
        return result;
    } catch (failure) {
        console.log(`FAIL ${name}: ${said(failure)}`);
        failures.push(name);
        return undefined;
    }
}

export function equal(actual, expected, what) {
    if (actual !== expected) throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

export function present(actual, what) {
    if (actual === undefined || actual === null || actual === '') throw new Error(`${what} is missing`);
    return actual;
}

/** Something that has to be refused with that OAuth error. */
export async function refused(work, error) {
    try {
        await work();
    } catch (failure) {
        const seen = failure.error ?? failure.cause?.error ?? failure.message;
        if (String(seen).includes(error)) return;
        throw failure;
    }
    throw new Error(`not refused with ${error}`);
}

export function done() {
    process.exit(failures.length === 0 ? 0 : 1);
}

/** A server on any free port of this machine, by the name that the issuer goes by. */
export async function listening(handler, port = 0) {
    const server = createServer(handler);
    await new Promise((ready) => server.listen(port, 'localhost', ready));
    return `http://localhost:${server.address().port}`;
}

function said(failure) {
    const parts = [failure.message];
    for (let cause = failure; cause; cause = cause.cause) {
        if (cause.error) parts.push(`${cause.error}: ${cause.error_description ?? ''}`);
        if (cause !== failure && cause.message) parts.push(cause.message);
        if (cause.body) parts.push(JSON.stringify(cause.body));
    }
    return parts.join(' | ').replace(/\s+/g, ' ').slice(0, 600);
}
