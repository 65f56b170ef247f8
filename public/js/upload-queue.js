import { keepOutcomes, keptOutcomes } from './upload-outcomes.js';
import { followPhoto, sendPhoto } from './upload-request.js';

const AT_ONCE = 3;
/** What is lost when the page is left. */
const UNSENT = new Set(['waiting', 'sending', 'postponed']);
const UNDER_WAY = new Set([...UNSENT, 'analysing']);

/** The files of this page in this tab: what is waiting, under way and done, drawn as a list that outlives the visit. */
export class UploadQueue {
  #section;
  #template;
  #maxBytes;
  #memberId;
  #items = [];
  #running = 0;

  /** @param {HTMLElement} root  The element of `partials/upload-zone`. */
  constructor(root) {
    this.#section = root.querySelector('[data-queue]');
    this.#template = root.querySelector('[data-queue-template]');
    this.#maxBytes = Number(root.dataset.maxBytes);
    this.#memberId = root.dataset.member;
    this.#section.querySelector('[data-queue-clear]').addEventListener('click', () => this.#clear());
    this.#restore();
    window.addEventListener('beforeunload', (event) => {
      if (this.#items.some(({ state }) => UNSENT.has(state))) event.preventDefault();
    });
    window.addEventListener('pagehide', () => keepOutcomes(this.#memberId, this.#items.map(asLeft)));
  }

  /**
   * @param {File[]} files
   * @param {number} leftOut  How many more were chosen than go at a time.
   */
  add(files, leftOut) {
    this.#section.querySelector('[data-queue-note]').textContent =
      leftOut > 0 ? `${files.length} go at a time. Choose the other ${leftOut} again.` : '';
    for (const file of files) {
      const item = this.#append(file.name);
      item.file = file;
      item.row.querySelector('button').addEventListener('click', () => this.#wait(item));
      showThumbnail(item.row.querySelector('img'), file);
      const refusal = this.#refusalOf(file);
      if (refusal) this.#show(item, 'refused', refusal);
    }
    this.#next();
  }

  #append(filename) {
    const row = this.#template.content.firstElementChild.cloneNode(true);
    const item = { row, filename, state: 'waiting', message: '', share: 0 };
    this.#items.push(item);
    this.#section.querySelector('[data-queue-list]').append(row);
    row.querySelector('.queue-name').textContent = filename;
    row.querySelector('.queue-name').title = filename;
    return item;
  }

  /** Shows what an earlier visit of this page has ended with; its files themselves are gone. */
  #restore() {
    const kept = keptOutcomes(this.#memberId);
    for (const { filename, state, message, photo } of kept) {
      const item = this.#append(filename);
      this.#show(item, state, message);
      this.#showPhoto(item, photo);
      if (photo) showSavedThumbnail(item.row.querySelector('img'), photo.id);
      if (state === 'queued') this.#follow(item, photo.id);
    }
    if (kept.length > 0) this.#showTotals();
  }

  /** Takes away what is done. */
  #clear() {
    for (const { row, state } of this.#items) if (!UNDER_WAY.has(state)) row.remove();
    this.#items = this.#items.filter(({ state }) => UNDER_WAY.has(state));
    this.#section.querySelector('[data-queue-note]').textContent = '';
    this.#showTotals();
  }

  #refusalOf(file) {
    if (file.size === 0) return 'The file is empty. Choose another one.';
    if (file.size <= this.#maxBytes) return null;
    const megabytes = (bytes) => Math.ceil((bytes / 1024 / 1024) * 10) / 10;
    return `${megabytes(file.size)} MB is more than the ${megabytes(this.#maxBytes)} MB that this server takes. Save it smaller and choose it again.`;
  }

  #wait(item) {
    item.row.querySelector('button').hidden = true;
    item.share = 0;
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
    if (outcome.state === 'postponed') setTimeout(() => this.#wait(item), outcome.retryAfterSeconds * 1000);
    else item.row.querySelector('button').hidden = outcome.retryAfterSeconds === undefined;
    this.#next();
  }

  async #follow(item, photoId) {
    const outcome = await followPhoto(photoId);
    if (!outcome) return;
    this.#showOutcome(item, outcome);
    this.#showTotals();
  }

  #showOutcome(item, outcome) {
    this.#show(item, outcome.state, outcome.message);
    if (outcome.photo) this.#showPhoto(item, withLabels(outcome.photo));
  }

  #show(item, state, message) {
    item.state = state;
    item.message = message;
    item.row.dataset.state = state;
    item.row.querySelector('.queue-status').textContent = message;
  }

  #showPhoto(item, photo) {
    if (!photo?.id) return;
    item.photo = photo;
    const link = item.row.querySelector('a');
    link.href = `/photos/${encodeURIComponent(photo.id)}`;
    link.hidden = false;
    link.setAttribute('aria-label', `Open ${photo.filename}`);
    item.row.querySelector('.queue-chips').replaceChildren(...photo.labels.map(chip));
  }

  #showTotals() {
    const done = this.#items.filter(({ state }) => !UNDER_WAY.has(state)).length;
    const all = this.#items.length;
    this.#section.hidden = all === 0;
    this.#section.querySelector('[data-queue-clear]').hidden = done === 0;
    const share = this.#items.reduce(
      (sum, item) => sum + (UNDER_WAY.has(item.state) ? item.share * 0.9 : 1),
      0,
    );
    const kept = this.#items.filter(({ state }) => state !== 'refused').length;
    const photos = `${all} ${all === 1 ? 'photo' : 'photos'}`;
    const queued = this.#items.filter(({ state }) => state === 'queued').length;
    const ended = kept === all ? `${photos} ${queued > 0 ? 'kept' : 'done'}` : `${kept} of ${photos} kept`;
    const summary = queued > 0 ? `${ended}, ${queued} still to be analysed` : ended;
    this.#section.querySelector('[data-queue-title]').textContent =
      done === all ? summary : `${done} of ${photos} done`;
    const progress = this.#section.querySelector('[data-queue-progress]');
    progress.max = all;
    progress.value = share;
  }
}

function withLabels({ id, filename, detections }) {
  const counts = new Map();
  for (const { label } of detections) counts.set(label, (counts.get(label) ?? 0) + 1);
  return { id, filename, labels: [...counts] };
}

/** What is to be told of a file when its page is left now. */
function asLeft({ filename, state, message, photo }) {
  if (UNSENT.has(state))
    return {
      filename,
      state: 'refused',
      message: 'Not uploaded: the page was left before. Choose it again.',
    };
  if (state === 'analysing') {
    const left = 'The page was left before the answer came. Look among your photos whether it is there.';
    return { filename, state: 'refused', message: left };
  }
  return { filename, state, message, photo };
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

function showSavedThumbnail(image, photoId) {
  image.addEventListener('load', () => {
    image.hidden = false;
  });
  image.src = `/photos/${encodeURIComponent(photoId)}/thumbnail`;
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
