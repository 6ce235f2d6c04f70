// A person with a simple browser: follows redirects, keeps cookies, fills forms by the names of their fields and presses the button
// that says what they want. No JavaScript, no styles. Also a program: node lib/person.mjs START [--until URL] [START ...] prints how far they came.
import { request } from 'node:http';
import { pathToFileURL } from 'node:url';

const MOST_STEPS = 30;

/** An address at which the journey ends: where the app itself takes over. */
export class Arrived {
    constructor(url, fields = {}) {
        this.url = new URL(url);
        this.fields = fields;
    }
}

export class Person {
    constructor({ username = 'alice', password = process.env.PASSWORD, allows = true, locale = 'en' } = {}) {
        Object.assign(this, { username, password, allows, locale });
        this.jars = new Map();
        this.seen = [];
    }

    /** Goes to `start` and does what pages ask for, until an address that begins with `until`, or a page without anything to do. */
    async visit(start, until) {
        let next = { url: new URL(start), method: 'GET' };
        for (let step = 0; step < MOST_STEPS; step++) {
            if (arrivesAt(next.url, until)) return new Arrived(next.url, next.fields);
            const response = await this.#ask(next);
            const { location } = response.headers;
            this.seen.push(`${next.method} ${next.url.origin}${next.url.pathname} ${response.status}`);
            if (location && response.status >= 300 && response.status < 400) {
                const keeps = response.status === 307 || response.status === 308;
                next = { ...(keeps ? next : { method: 'GET' }), url: new URL(location, next.url) };
                continue;
            }
            const page = { url: next.url, status: response.status, text: response.text };
            const form = this.#chosen(page);
            if (!form) return page;
            next = form;
        }
        throw new Error(`no end after ${MOST_STEPS} steps: ${this.seen.join(', ')}`);
    }

    async #ask({ url, method, fields }) {
        const headers = { accept: 'text/html,*/*;q=0.8', 'accept-language': this.locale, cookie: this.#cookies(url) };
        const body = fields && new URLSearchParams(fields).toString();
        if (body !== undefined) {
            headers.origin = this.from ?? url.origin;
            headers['content-type'] = 'application/x-www-form-urlencoded';
            headers['content-length'] = Buffer.byteLength(body);
        }
        const response = await asked(url, { method, headers }, body);
        for (const cookie of response.headers['set-cookie'] ?? []) this.#keep(url, cookie);
        this.from = url.origin;
        return response;
    }

    #keep(url, cookie) {
        const [pair, ...attributes] = cookie.split(';');
        const [name, ...value] = pair.split('=');
        const jar = this.jars.get(url.host) ?? new Map();
        const gone = attributes.some((each) => /^\s*max-age=0$/i.test(each) || /expires=thu, 01.jan.1970/i.test(each));
        gone ? jar.delete(name.trim()) : jar.set(name.trim(), value.join('='));
        this.jars.set(url.host, jar);
    }

    #cookies(url) {
        return [...(this.jars.get(url.host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
    }

    /** The form this person would send from a page, filled in; nothing where a page asks for nothing. */
    #chosen(page) {
        const forms = formsOf(page);
        const signIn = forms.find((form) => 'password' in form.fields && 'username' in form.fields);
        if (signIn) {
            if (this.tried === page.url.href) throw new Error(`signed in twice at ${page.url}: ${page.text}`);
            this.tried = page.url.href;
            return press(signIn, { username: this.username, password: this.password }, /sign in/i);
        }
        const wanted = this.allows ? /^(allow|continue|yes|sign out|log out)/i : /^deny/i;
        for (const form of forms)
            if (form.buttons.some((button) => wanted.test(button.text))) return press(form, {}, wanted);
        return forms.find((form) => form.method === 'POST' && form.buttons.length === 0);
    }
}

/** By `request`, since `fetch` adds fields that no navigating browser sends. */
function asked(url, options, body) {
    return new Promise((answered, failed) => {
        const sent = request(url, options, (response) => {
            const chunks = [];
            response.on('data', (chunk) => chunks.push(chunk));
            response.on('error', failed);
            response.on('end', () => answered({
                status: response.statusCode,
                headers: response.headers,
                text: Buffer.concat(chunks).toString(),
            }));
        });
        sent.on('error', failed);
        sent.setTimeout(20_000, () => sent.destroy(new Error(`no answer from ${url}`)));
        sent.end(body);
    });
}

function arrivesAt(url, until) {
    return until !== undefined && url.href.startsWith(until);
}

function press(form, answers, text) {
    const button = form.buttons.find((each) => text.test(each.text)) ?? form.buttons[0];
    const fields = { ...form.fields, ...answers };
    if (button?.name) fields[button.name] = button.value;
    const url = new URL(button?.action ?? form.url);
    if (form.method === 'GET') url.search = new URLSearchParams(fields);
    return { url, method: form.method, fields: form.method === 'GET' ? undefined : fields };
}

/** What a reader of plain HTML finds. */
export function formsOf({ url, text }) {
    return [...text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head, body]) => {
        const form = attributesOf(head);
        const fields = {};
        const buttons = [];
        for (const [, tag, rest, inner] of body.matchAll(/<(input|button|textarea)\b([^>]*)>(?:([\s\S]*?)<\/\2>)?/gi))
            read(tag, attributesOf(rest), inner);
        for (const [, rest, inner] of body.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi))
            buttons.push(button(attributesOf(rest), inner, url));
        return {
            url: new URL(form.action ?? '', url),
            method: (form.method ?? 'get').toUpperCase(),
            fields,
            buttons,
        };

        function read(tag, input) {
            if (tag.toLowerCase() === 'button') return;
            if (input.type === 'submit') buttons.push(button(input, input.value ?? '', url));
            else if (input.name && (input.type !== 'checkbox' || 'checked' in input)) fields[input.name] = input.value ?? '';
        }
    });
}

function button({ name, value, formaction }, text, url) {
    return {
        name,
        value: value ?? '',
        text: decoded(text.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim(),
        action: formaction && new URL(formaction, url),
    };
}

function attributesOf(text) {
    const attributes = {};
    for (const [, name, , double, single, bare] of text.matchAll(/([\w:-]+)(\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g))
        attributes[name.toLowerCase()] = decoded(double ?? single ?? bare ?? '');
    return attributes;
}

function decoded(text) {
    const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
    return text.replace(/&(#x?[\da-f]+|\w+);/gi, (whole, entity) => {
        if (!entity.startsWith('#')) return named[entity] ?? whole;
        const hex = /^#x/i.test(entity);
        return String.fromCodePoint(Number.parseInt(entity.slice(hex ? 2 : 1), hex ? 16 : 10));
    });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
    const person = new Person({ username: process.env.PERSON ?? 'alice' });
    const legs = process.argv.slice(2);
    let end;
    while (legs.length > 0) {
        const start = legs.shift();
        const until = legs[0] === '--until' ? legs.splice(0, 2)[1] : undefined;
        end = await person.visit(start, until);
    }
    console.log(JSON.stringify({ ...end, url: end.url.href }));
}
