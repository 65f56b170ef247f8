// Shows how far the run in force has come, and the whole page anew when it has ended.

const LOOK_AGAIN_MS = 2000;
const BAR_ATTRIBUTES = ['max', 'value', 'aria-label'];

const panel = document.querySelector('[data-progress]');

async function refresh() {
  const page = await fetch(location.pathname)
    .then((answer) => (answer.ok ? answer.text() : null))
    .catch(() => null);
  if (page !== null) {
    const now = new DOMParser().parseFromString(page, 'text/html').querySelector('[data-progress]');
    if (now?.dataset.progress !== panel.dataset.progress) return location.assign(location.pathname);
    for (const part of panel.querySelectorAll('[data-part]')) {
      update(part, now.querySelector(`[data-part="${part.dataset.part}"]`));
    }
  }
  setTimeout(refresh, LOOK_AGAIN_MS);
}

/** Changes what is different, and keeps the elements: a screen reader tells of changes within one that it knows. */
function update(part, now) {
  if (part.localName !== 'progress') {
    if (part.textContent !== now.textContent) part.replaceChildren(...now.childNodes);
    return;
  }
  for (const name of BAR_ATTRIBUTES) {
    if (now.hasAttribute(name)) part.setAttribute(name, now.getAttribute(name));
    else part.removeAttribute(name);
  }
}

setTimeout(refresh, LOOK_AGAIN_MS);
