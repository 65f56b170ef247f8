// Correcting what was found in a photo: on the picture, in the list, and by keys. Every act is sent at once.

import { editBoxes } from './correct-box.js';
import { drawBoxes } from './correct-draw.js';
import { createSender } from './correct-send.js';

const viewer = document.querySelector('[data-correcting]');
const { send, flush, pending, isSent } = createSender(viewer, {
  beforeForm: () => boxes.flush(),
  onAnswer: () => boxes.draw(),
});
const boxes = editBoxes(viewer, (fields, answered) => send(viewer.dataset.action, fields, { answered }));
drawBoxes(viewer, () => boxes.select(null));

document.addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  // In a field the browser takes back what is typed and not sent.
  if (event.target.matches('input') && !isSent(event.target.form)) return;
  event.preventDefault();
  boxes.flush();
  const undo = viewer.querySelector('[data-undo]');
  send(undo.action, {});
});

// Who goes on to the photo is to see there what was done here.
viewer.addEventListener('click', async (event) => {
  const link = event.target.closest('a[href]');
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  boxes.flush();
  const end = pending();
  if (end === null) return;
  event.preventDefault();
  if (await end) location.assign(link.href);
});
// When a page is reloaded, the new one is asked for between the two; some browsers only have the second.
for (const leaving of ['beforeunload', 'pagehide']) {
  addEventListener(leaving, () => {
    boxes.flush();
    flush();
  });
}
