for (const field of document.querySelectorAll('input[type=password]')) {
  const box = field.parentElement.querySelector('[data-show]');
  if (!box) continue;
  box.hidden = false;
  box.querySelector('input').addEventListener('change', (event) => { field.type = event.target.checked ? 'text' : 'password'; });
  field.form.addEventListener('submit', () => { field.type = 'password'; });
}
