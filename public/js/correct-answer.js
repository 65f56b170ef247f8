/**
 * Takes the parts of an answered page that are marked `data-live` in place of those of this one. What the member does
 * meanwhile goes on: what is open stays open, what is typed and not sent stays typed, and the focus stays where it is.
 * @param {HTMLElement} viewer
 * @param {Document} page
 * @param {{ values: Map<string, string>, drawn: boolean }} sent  What was sent, by the ids of its fields; and whether the
 *   box that was drawn is kept now.
 */
export function takeOver(viewer, page, { values, drawn }) {
  const overlay = viewer.querySelector('[data-overlay]');
  const open = [...viewer.querySelectorAll('[data-live] details[open]')].map(({ id }) => id);
  const typed = [...viewer.querySelectorAll('[data-live] input[id]')]
    .filter((input) => input.value !== input.defaultValue && input.value !== values.get(input.id))
    .map(({ id, value }) => ({ id, value }));
  const drawsOn = !drawn || typed.some(({ id }) => id.startsWith('draw-'));
  const waiting = drawsOn ? overlay.querySelector('.drawn-box') : null;
  const focus = focusIn();

  overlay.replaceChildren(...document.importNode(page.querySelector('[data-overlay]'), true).childNodes);
  if (waiting) overlay.append(waiting);
  for (const live of viewer.querySelectorAll('[data-live]')) {
    const fresh = page.querySelector(`[data-live="${live.dataset.live}"]`);
    live.replaceChildren(...document.importNode(fresh, true).childNodes);
  }

  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  for (const { id, value } of typed) {
    const input = document.getElementById(id);
    if (!input) continue;
    input.value = value;
    input.dataset.kept = '';
  }
  restore(focus);
}

/** Where the focus is, and where it goes if that is gone: to the next row, to the one before, or to their panel; else to the undo. */
function focusIn() {
  const element = document.activeElement;
  const row = element?.closest('.correct-row');
  const rows = [...(row?.parentElement.children ?? [])];
  const place = rows.indexOf(row);
  return {
    id: element?.id,
    selection: element?.matches('input') ? [element.selectionStart, element.selectionEnd] : null,
    rows: [...rows.slice(place + 1), ...rows.slice(0, Math.max(0, place)).reverse()].map(({ id }) => id),
    panel: row?.closest('[role="tabpanel"]'),
  };
}

function restore({ id, selection, rows, panel }) {
  if (!id) return;
  const same = document.getElementById(id);
  const row = rows.map((other) => document.getElementById(other)).find((other) => other !== null);
  const element =
    same ?? row?.querySelector('summary, input[name=text]') ?? panel ?? document.getElementById('undo');
  element?.focus({ preventScroll: same !== null });
  if (same && selection) same.setSelectionRange(...selection);
}
