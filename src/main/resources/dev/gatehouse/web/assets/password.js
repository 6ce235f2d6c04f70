for (const field of document.querySelectorAll('input[type=password]')) {
  const box = field.parentElement.querySelector('[data-show]');
  if (!box) continue;
  const caps = field.parentElement.querySelector('[data-caps]');
  for (const key of ['keydown', 'keyup'])
    field.addEventListener(key, (event) => { caps.hidden = !event.getModifierState?.('CapsLock'); });
  box.hidden = false;
  box.querySelector('input').addEventListener('change', (event) => { field.type = event.target.checked ? 'text' : 'password'; });
  field.form.addEventListener('submit', () => { field.type = 'password'; });
}
