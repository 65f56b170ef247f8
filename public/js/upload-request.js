/**
 * What became of one file.
 * @typedef {object} Outcome
 * @property {'analysed'|'queued'|'failed'|'existing'|'refused'|'postponed'} state  `postponed` goes on by itself.
 * @property {string} message  In plain words, with what to do.
 * @property {{ id: string, filename: string, detections: object[] }} [photo]  Of the API's Photo.
 * @property {number} [retryAfterSeconds]  When the same file may be sent again; absent when that cannot help.
 */

/**
 * Sends one file to the API.
 * @param {File} file
 * @param {(share: number) => void} onProgress  Share of the bytes sent, 0 to 1.
 * @returns {Promise<Outcome>}
 */
export function sendPhoto(file, onProgress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/v1/photos');
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('X-CSRF-Token', document.querySelector('meta[name="csrf-token"]').content);
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(loaded / total));
    request.upload.addEventListener('load', () => onProgress(1));
    request.addEventListener('load', () => resolve(outcomeOf(request, file.name)));
    request.addEventListener('error', () =>
      resolve({
        state: 'refused',
        message: 'The connection broke. Check it, then try again.',
        retryAfterSeconds: 0,
      }),
    );
    const body = new FormData();
    body.append('photo', file);
    request.send(body);
  });
}

/** @returns {Outcome} */
function outcomeOf(request, filename) {
  const answer = parse(request.responseText);
  if (request.status === 200 || request.status === 201 || request.status === 202)
    return keptPhoto(answer, request.status === 200);
  const seconds = Number(request.getResponseHeader('Retry-After')) || 10;
  const detail = answer?.detail ?? '';
  switch (request.status) {
    case 401:
      return refused('You were logged out. Log in again in another tab, reload this page and try again.');
    case 403:
      return answer?.type === 'urn:detectx:error:invalid_csrf_token'
        ? refused('This page was open for too long. Reload it and choose the photo again.')
        : refused(detail || 'Your account may not do this.');
    case 413:
      return refused(detail || 'The file is too large for this server. Save it smaller and choose it again.');
    case 415:
    case 422:
      return refused(
        detail || 'This is not a photo that can be read. Save it as JPEG or PNG and choose it again.',
      );
    case 429:
      return postponed('That was a lot at once. It goes on by itself in a moment.', seconds);
    case 503:
      return busy(request, filename, { seconds, detail });
    default:
      return refused('Something broke on the server. Your other photos are safe; try this one again.', 0);
  }
}

/** A photo that was kept has an address, even when it could not be analysed yet. */
function busy(request, filename, { seconds, detail }) {
  const id = /\/photos\/([^/]+)$/.exec(request.getResponseHeader('Location') ?? '')?.[1];
  if (id === undefined) return postponed('The server is busy. It goes on by itself in a moment.', seconds);
  return {
    state: 'queued',
    message: detail || 'Kept. It is analysed as soon as there is room.',
    photo: { id, filename, detections: [] },
  };
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;
const LOOKS = 40;

/**
 * Looks after a photo that is kept and waits for its analysis.
 * @param {string} id
 * @returns {Promise<Outcome | null>}  Null when it takes longer than anybody watches, or the photo is gone.
 */
export async function followPhoto(id) {
  for (let look = 0; look < LOOKS; look++) {
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 1.5 ** look);
    await new Promise((resolve) => setTimeout(resolve, pause));
    const response = await fetch(`/api/v1/photos/${encodeURIComponent(id)}`).catch(() => null);
    if (response?.status === 401 || response?.status === 404) return null;
    const photo = response?.ok ? await response.json().catch(() => null) : null;
    if (photo && photo.status !== 'queued') return keptPhoto(photo, false);
  }
  return null;
}

/** @param {boolean} existing  Whether the member had the same picture before. */
function keptPhoto(photo, existing) {
  if (photo.status === 'queued') {
    return { state: 'queued', message: 'Kept. It is analysed as soon as there is room.', photo };
  }
  if (photo.status === 'failed') {
    return { state: 'failed', message: 'Kept, but it could not be analysed. Open it to try again.', photo };
  }
  if (existing) return { state: 'existing', message: 'You already have this photo.', photo };
  return { state: 'analysed', message: summary(photo), photo };
}

function summary(photo) {
  const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;
  const parts = [];
  if (photo.detections.length > 0) parts.push(count(photo.detections.length, 'object'));
  if (photo.lines.length > 0) parts.push(`${count(photo.lines.length, 'line')} of text`);
  return parts.length === 0 ? 'Nothing found' : `${parts.join(' and ')} found`;
}

function postponed(message, retryAfterSeconds) {
  return { state: 'postponed', message, retryAfterSeconds };
}

function refused(message, retryAfterSeconds) {
  return { state: 'refused', message, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
