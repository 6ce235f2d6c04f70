// A page in the browser: a public client with PKCE, tokens in memory of the tab, the house's own pages for signing in.
const users = new oidc.UserManager({
    authority: settings.issuer,
    client_id: 'browser-app',
    redirect_uri: `${location.origin}/callback`,
    post_logout_redirect_uri: `${location.origin}/`,
    scope: 'openid profile offline_access notes:read',
    loadUserInfo: true,
    automaticSilentRenew: false,
});

const show = (id, text) => (document.getElementById(id).textContent = text);
const tell = (work) => work.then((told) => show('told', told), (failure) => show('told', `FAILED ${failure.message}`));

async function arrive() {
    if (location.pathname === '/callback') {
        await users.signinCallback();
        history.replaceState({}, '', '/');
    }
    const user = await users.getUser();
    show('who', user ? user.profile.preferred_username : 'nobody');
    return user ? 'signed in' : 'signed out';
}

async function read() {
    const { access_token } = await users.getUser();
    const answer = await fetch(`${settings.issuer}/notes`, { headers: { Authorization: `Bearer ${access_token}` } });
    return `${answer.status} ${await answer.text()}`;
}

document.getElementById('sign-in').onclick = () => tell(users.signinRedirect());
document.getElementById('sign-out').onclick = () => tell(users.signoutRedirect());
document.getElementById('renew').onclick = () => tell(users.signinSilent().then((user) => `renewed for ${user.profile.sub}`));
document.getElementById('read').onclick = () => tell(read());
tell(arrive());
