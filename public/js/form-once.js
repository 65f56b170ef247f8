/** An answer that is a file leaves the page as it is; after this time its form can be sent again. */
const AGAIN_MS = 5000;

/** Lets a form be sent once: the second click of a double click would meet what the first has used up. */
export function sendFormsOnce() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    if ('sent' in form.dataset) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = '';
    setTimeout(() => delete form.dataset.sent, AGAIN_MS);
  });
  // A page that comes back from the browser's memory comes as it was left.
  window.addEventListener('pageshow', () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
}
