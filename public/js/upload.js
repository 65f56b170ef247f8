// Uploading: files come from the field, the camera, a drop anywhere on the page, or the clipboard.

import { UploadQueue } from './upload-queue.js';

const root = document.querySelector('[data-upload]');
const veil = root.querySelector('[data-drop-veil]');
const queue = new UploadQueue(root);
const maxFiles = Number(root.dataset.maxFiles);

function take(list) {
  const files = [...list];
  if (files.length > 0) queue.add(files.slice(0, maxFiles), files.length - maxFiles);
}

for (const field of root.querySelectorAll('input[type="file"]')) {
  const takeChosen = () => {
    take(field.files);
    field.value = '';
  };
  field.addEventListener('change', takeChosen);
  // On a slow line a file is chosen before this script is there.
  takeChosen();
}

document.addEventListener('paste', ({ clipboardData }) => take(clipboardData?.files ?? []));

const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');
let depth = 0;

document.addEventListener('dragenter', (event) => {
  if (!carriesFiles(event)) return;
  depth += 1;
  veil.hidden = false;
});

document.addEventListener('dragleave', (event) => {
  if (!carriesFiles(event)) return;
  depth -= 1;
  if (depth === 0) veil.hidden = true;
});

document.addEventListener('dragover', (event) => {
  if (carriesFiles(event)) event.preventDefault();
});

document.addEventListener('drop', (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  depth = 0;
  veil.hidden = true;
  take(event.dataTransfer.files);
});
