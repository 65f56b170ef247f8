import { followPhoto, sendPhoto } from './upload-request.js';

const AT_ONCE = 3;
const UNDER_WAY = new Set(['waiting', 'sending', 'analysing']);

/** The files of one page visit: what is waiting, under way and done, drawn as a list. */
export class UploadQueue {
  #section;
  #template;
  #maxBytes;
  #items = [];
  #running = 0;

  /** @param {HTMLElement} root  The element of `partials/upload-zone`. */
  constructor(root) {
    this.#section = root.querySelector('[data-queue]');
    this.#template = root.querySelector('[data-queue-template]');
    this.#maxBytes = Number(root.dataset.maxBytes);
    window.addEventListener('beforeunload', (event) => {
      if (this.#items.some(({ state }) => state === 'waiting' || state === 'sending')) event.preventDefault();
    });
  }

  /**
   * @param {File[]} files
   * @param {number} leftOut  How many more were chosen than go at a time.
   */
  add(files, leftOut) {
    this.#section.hidden = false;
    this.#section.querySelector('[data-queue-note]').textContent =
      leftOut > 0 ? `${files.length} go at a time. Choose the other ${leftOut} again.` : '';
    for (const file of files) {
      const row = this.#template.content.firstElementChild.cloneNode(true);
      const item = { file, row, state: 'waiting', share: 0 };
      this.#items.push(item);
      this.#section.querySelector('[data-queue-list]').append(row);
      row.querySelector('.queue-name').textContent = file.name;
      row.querySelector('.queue-name').title = file.name;
      row.querySelector('button').addEventListener('click', () => this.#wait(item));
      showThumbnail(row.querySelector('img'), file);
      const refusal = this.#refusalOf(file);
      if (refusal) this.#show(item, 'refused', refusal);
    }
    this.#next();
  }

  #refusalOf(file) {
    if (file.size === 0) return 'The file is empty. Choose another one.';
    if (file.size <= this.#maxBytes) return null;
    const megabytes = (bytes) => Math.ceil((bytes / 1024 / 1024) * 10) / 10;
    return `${megabytes(file.size)} MB is more than the ${megabytes(this.#maxBytes)} MB that this server takes. Save it smaller and choose it again.`;
  }

  #wait(item) {
    item.row.querySelector('button').hidden = true;
    this.#show(item, 'waiting', 'Waiting');
    this.#next();
  }

  #next() {
    for (const item of this.#items) {
      if (this.#running >= AT_ONCE) break;
      if (item.state === 'waiting') this.#send(item);
    }
    this.#showTotals();
  }

  async #send(item) {
    this.#running += 1;
    this.#show(item, 'sending', 'Sending');
    const outcome = await sendPhoto(item.file, (share) => {
      item.share = share;
      item.row.querySelector('progress').value = share;
      if (share === 1) this.#show(item, 'analysing', 'Looking at it');
      this.#showTotals();
    });
    this.#running -= 1;
    this.#showOutcome(item, outcome);
    if (outcome.state === 'queued') this.#follow(item, outcome.photo.id);
    if (outcome.retryAfterSeconds > 0) setTimeout(() => this.#wait(item), outcome.retryAfterSeconds * 1000);
    else item.row.querySelector('button').hidden = outcome.retryAfterSeconds === undefined;
    this.#next();
  }

  async #follow(item, photoId) {
    const outcome = await followPhoto(photoId);
    if (outcome) this.#showOutcome(item, outcome);
  }

  #showOutcome(item, outcome) {
    this.#show(item, outcome.state, outcome.message);
    this.#showPhoto(item.row, outcome.photo);
  }

  #show(item, state, message) {
    item.state = state;
    item.row.dataset.state = state;
    item.row.querySelector('.queue-status').textContent = message;
  }

  #showPhoto(row, photo) {
    if (!photo?.id) return;
    const link = row.querySelector('a');
    link.href = `/photos/${encodeURIComponent(photo.id)}`;
    link.hidden = false;
    link.setAttribute('aria-label', `Open ${photo.filename}`);
    const counts = new Map();
    for (const { label } of photo.detections) counts.set(label, (counts.get(label) ?? 0) + 1);
    row.querySelector('.queue-chips').replaceChildren(...[...counts].map(chip));
  }

  #showTotals() {
    const done = this.#items.filter(({ state }) => !UNDER_WAY.has(state)).length;
    const all = this.#items.length;
    const share = this.#items.reduce(
      (sum, item) => sum + (UNDER_WAY.has(item.state) ? item.share * 0.9 : 1),
      0,
    );
    const kept = this.#items.filter(({ state }) => state !== 'refused').length;
    const photos = `${all} ${all === 1 ? 'photo' : 'photos'}`;
    const summary = kept === all ? `${photos} done` : `${kept} of ${photos} kept`;
    this.#section.querySelector('[data-queue-title]').textContent =
      done === all ? summary : `${done} of ${photos} done`;
    const progress = this.#section.querySelector('[data-queue-progress]');
    progress.max = all;
    progress.value = share;
  }
}

function chip([label, count]) {
  const element = document.createElement('span');
  element.className = 'chip';
  element.textContent = label;
  if (count > 1) {
    const number = document.createElement('span');
    number.className = 'chip-count';
    number.textContent = String(count);
    element.append(' ', number);
  }
  return element;
}

function showThumbnail(image, file) {
  const url = URL.createObjectURL(file);
  image.addEventListener('load', () => {
    image.hidden = false;
    URL.revokeObjectURL(url);
  });
  image.addEventListener('error', () => URL.revokeObjectURL(url));
  image.src = url;
}
