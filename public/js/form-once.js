/** An answer that is a file leaves the page as it is; after this time its form can be sent again. */
const AGAIN_MS = 5000;

/**
 * Lets a form be sent once to each of its addresses: the second click of a double click would meet what the first has used
 * up.
 */
export function sendFormsOnce() {
  document.addEventListener('submit', (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || (submitter?.formMethod || form.method) !== 'post') return;
    const action = submitter?.getAttribute('formaction') ?? form.getAttribute('action') ?? '';
    if (form.dataset.sent === action) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = action;
    setTimeout(() => {
      if (form.dataset.sent === action) delete form.dataset.sent;
    }, AGAIN_MS);
  });
  // A page that comes back from the browser's memory comes as it was left.
  window.addEventListener('pageshow', () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
}
