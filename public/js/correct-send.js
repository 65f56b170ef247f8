import { takeOver } from './correct-answer.js';

/**
 * Sends the acts of a page of corrections one after the other, and puts in place what the server makes of each: it
 * answers with the whole page, of which the parts marked `data-live` are taken over.
 * @param {HTMLElement} viewer
 * @param {{ beforeForm: () => void, onAnswer: () => void }} hooks  Called before a form is sent, and when new parts are in
 *   place.
 */
export function createSender(viewer, { beforeForm, onAnswer }) {
  const state = viewer.querySelector('[data-save-state]');
  let last = Promise.resolve();
  let underWay = 0;
  /** A field that is taken away while it has the focus may say that it was left. */
  let replacing = false;
  /** What the fields of a form had when it was sent, while its answer is awaited. */
  const underWayOf = new WeakMap();
  /** Goes up when an act is not taken: those behind it were made on what was never there, and are dropped. */
  let refusals = 0;

  function say(words, kind) {
    state.replaceChildren(...[words].flat());
    state.dataset.state = kind;
  }

  /**
   * @param {string} action
   * @param {object | FormData} fields
   * @param {{ form?: HTMLFormElement | null, answered?: () => void }} from  The form that is sent, if one is; and what is
   *   called right before the page shows what came of the act.
   * @returns {Promise<boolean>}  Whether the server took it.
   */
  function send(action, fields, { form = null, answered = () => {} } = {}) {
    const made = refusals;
    const sent = { values: valuesOf(form), draws: form !== null && 'drawForm' in form.dataset };
    underWay += 1;
    last = last.then(async () => {
      const taken =
        made === refusals && (hasNothingToUndo(action) || (await post(action, fields, sent, answered)));
      if (!taken) answered();
      if (!taken && made === refusals) refusals += 1;
      underWay -= 1;
      return taken;
    });
    return last;
  }

  /** Whether this is one undo more than there were acts: keys and clicks are quicker than answers. */
  function hasNothingToUndo(action) {
    const undo = viewer.querySelector('[data-undo]');
    return action === undo.action && undo.querySelector('button').disabled;
  }

  async function post(action, fields, sent, answered) {
    say('Saving…', 'saving');
    const body = new URLSearchParams(fields);
    body.set('_csrf', document.querySelector('meta[name="csrf-token"]').content);
    // Not as it was when the form was made: an act before this one may have changed it.
    body.set('version', viewer.querySelector('[data-version]').value);
    try {
      const headers = { Accept: 'text/html' };
      // Also when the page is left meanwhile.
      const response = await fetch(action, { method: 'POST', body, headers, keepalive: true });
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      if (!page.querySelector('[data-correcting]')) {
        say(whyNotSaved(response), 'lost');
        return false;
      }
      await released();
      answered();
      replacing = true;
      takeOver(viewer, page, { values: sent.values, drawn: sent.draws && response.ok });
      replacing = false;
      onAnswer();
      say(response.ok ? 'Saved' : 'Not saved', response.ok ? 'saved' : 'lost');
      return response.ok;
    } catch {
      say('Not saved: the connection broke. Try again.', 'lost');
      return false;
    }
  }

  function sendForm(form, submitter) {
    for (const field of form.elements) delete field.dataset.kept;
    const fields = new FormData(form, submitter);
    const values = valuesOf(form);
    underWayOf.set(form, values);
    beforeForm();
    send(form.action, fields, { form }).then(() => {
      if (underWayOf.get(form) === values) underWayOf.delete(form);
    });
  }

  viewer.addEventListener('submit', (event) => {
    if (!('act' in event.target.dataset)) return;
    event.preventDefault();
    sendForm(event.target, event.submitter);
  });
  viewer.addEventListener('change', ({ target }) => {
    if ('sendsItself' in target.dataset && !replacing) target.form.requestSubmit();
  });
  // A field that was kept over an answer is a new one, which does not know that something was typed into it.
  viewer.addEventListener('focusout', ({ target }) => {
    if ('sendsItself' in target.dataset && 'kept' in target.dataset && !replacing)
      target.form.requestSubmit();
  });
  trackPointers();

  return {
    send,
    /** Sends what is typed into a field that says nothing of it until it is left. */
    flush() {
      const field = document.activeElement;
      if (!field?.matches('[data-sends-itself]')) return;
      if (field.value !== field.defaultValue && field.validity.valid) sendForm(field.form);
    },
    /** Whether the server has all that is in a form, or is being sent it. */
    isSent(form) {
      const sent = underWayOf.get(form);
      return [...form.querySelectorAll('input')].every(
        ({ id, value, defaultValue }) => value === defaultValue || value === sent?.get(id),
      );
    },
    /** @returns {Promise<unknown> | null}  The end of all that is being sent; null when nothing is. */
    pending: () => (underWay === 0 ? null : last),
  };
}

/** Says why an act was answered by another page than this one. */
function whyNotSaved({ status, ok, redirected }) {
  if (status === 404) return 'Not saved: this photo is no longer there.';
  if (!ok || !redirected) return 'Not saved. Reload this page and try again.';
  // Only who is not logged in is led to another page.
  const login = document.createElement('a');
  login.href = `/login?next=${encodeURIComponent(location.pathname)}`;
  login.textContent = 'Log in again';
  return ['Not saved: you are logged out. ', login];
}

/** What fields have when they are sent, by id. */
function valuesOf(form) {
  return new Map([...(form?.elements ?? [])].map(({ id, value }) => [id, value]));
}

const pressed = new Set();

function trackPointers() {
  document.addEventListener('pointerdown', ({ pointerId }) => pressed.add(pointerId), true);
  for (const end of ['pointerup', 'pointercancel']) {
    document.addEventListener(end, ({ pointerId }) => setTimeout(() => pressed.delete(pointerId)), true);
  }
}

/** Nothing may be replaced under a finger: its click would come to nothing. */
async function released() {
  while (pressed.size > 0) await new Promise((resolve) => setTimeout(resolve, 30));
}
