// Key pairs for clients that sign: node lib/keys.mjs FOLDER writes bank.jwks.json for the house and bank.private.json for the client.
import { writeFileSync } from 'node:fs';
import { exportJWK, generateKeyPair } from 'jose';

const folder = process.argv[2];
const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
const more = { kid: 'bank-1', alg: 'ES256', use: 'sig' };
writeFileSync(`${folder}/bank.jwks.json`, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), ...more }] }));
writeFileSync(`${folder}/bank.private.json`, JSON.stringify({ ...(await exportJWK(privateKey)), ...more }));
