// What was typed into a form is not lost when it is sent after the session has ended: it is kept in this tab until the
// login has led back to the page, and put in again there.

const KEY = 'form-draft';
const TYPED = 'input:not([type=hidden], [type=password], [type=file]), textarea, select';
/** The way from an ended session back to the page. */
const WAY_BACK = ['/session-expired', '/login', '/login/second-factor'];

/** Keeps what is typed into the forms of this page, and puts back what an ended session has kept from being sent. */
export function keepFormDrafts() {
  putBack();
  if (WAY_BACK.includes(location.pathname)) return;
  document.addEventListener('submit', ({ target: form, submitter }) => {
    if ((submitter?.formMethod || form.method) !== 'post') return;
    const fields = [...form.querySelectorAll(TYPED)]
      .filter(({ name, type, checked }) => name && (checked || (type !== 'radio' && type !== 'checkbox')))
      .map(({ name, value }) => [name, value]);
    if (fields.length === 0) return;
    const action = new URL(form.action).pathname;
    sessionStorage.setItem(KEY, JSON.stringify({ page: location.pathname, action, fields, ended: false }));
  });
}

function putBack() {
  const draft = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  if (!draft) return;
  if (WAY_BACK.includes(location.pathname)) {
    const ended = draft.ended || location.pathname === '/session-expired';
    sessionStorage.setItem(KEY, JSON.stringify({ ...draft, ended }));
    return;
  }
  sessionStorage.removeItem(KEY);
  if (!draft.ended || draft.page !== location.pathname) return;
  const form = [...document.forms].find(({ action }) => new URL(action).pathname === draft.action);
  if (!form) return;
  const isChoice = ({ type }) => type === 'radio' || type === 'checkbox';
  const fields = [...form.querySelectorAll(TYPED)];
  for (const field of fields.filter(isChoice)) field.checked = false;
  const missing = draft.fields.filter(([name, value]) => {
    const field = fields.find((other) => other.name === name && (!isChoice(other) || other.value === value));
    if (field && isChoice(field)) field.checked = true;
    else if (field) field.value = value;
    return !field;
  });
  const note = document.createElement('p');
  note.className = 'note';
  note.setAttribute('role', 'status');
  const what = missing.length > 0 ? 'Part of what you had entered' : 'What you had entered';
  note.textContent = `${what} is here again. It has not been sent yet.`;
  form.prepend(note);
}
