const form = document.getElementById('passkey');
if (form && window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  let waiting;
  const options = async () => {
    const fields = new URLSearchParams(new FormData(form));
    fields.delete('answer');
    const reply = await fetch(form.dataset.options, { method: 'POST', body: fields, headers: { Accept: 'application/json' } });
    if (!reply.ok) throw new Error(reply.statusText);
    return reply.json();
  };
  const ask = async (more) => {
    waiting?.abort();
    const { signal } = (waiting = new AbortController());
    const json = await options();
    const credential = form.dataset.passkey === 'create'
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json), signal })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(json), signal, ...more });
    form.elements.answer.value = JSON.stringify(credential.toJSON());
    form.submit();
  };
  form.hidden = false;
  const written = [...document.querySelectorAll('#username, #password')].some((field) => field.value !== field.defaultValue);
  if (form.hasAttribute('data-first') && !written) form.querySelector('button').focus();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ask().catch((error) => { if (!['AbortError', 'NotAllowedError'].includes(error.name)) form.submit(); });
  });
  if (form.hasAttribute('data-offer') && await PublicKeyCredential.isConditionalMediationAvailable?.())
    ask({ mediation: 'conditional' }).catch(() => {});
}
