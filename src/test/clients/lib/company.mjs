// A company's OpenID provider: node oidc-provider, whose own pages let anybody be anybody. node lib/company.mjs PORT
import { randomBytes } from 'node:crypto';
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const { ISSUER, CLIENT_SECRET } = process.env;

const company = new Provider(`http://localhost:${port}`, {
    clients: [{ client_id: 'gatehouse', client_secret: CLIENT_SECRET, redirect_uris: [`${ISSUER}/login/callback/company`] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username', 'groups'] },
    findAccount: (context, id) => ({
        accountId: id,
        claims: () => ({ sub: id, preferred_username: id, email: `${id}@example.com`, email_verified: true, groups: ['staff'] }),
    }),
    pkce: { required: () => true },
    cookies: { keys: [randomBytes(16).toString('hex')] },
});
company.listen(port, 'localhost');
