// The API behind the gate: tells who the gate says is calling. node lib/notes.mjs PORT
import { createServer } from 'node:http';

createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ user: request.headers['x-gatehouse-user'], client: request.headers['x-gatehouse-client'] }));
}).listen(Number(process.argv[2]), '127.0.0.1');
