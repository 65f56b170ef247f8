/**
 * What became of the files that were uploaded on this page in this tab, so that it can be shown again on coming back.
 * It is one member's: another one who logs in here finds nothing.
 */

const KEY = 'upload-outcomes';
/** More than a few rounds of uploads are looked up among the photos. */
const MOST = 100;

/**
 * One file of which the page will not say more by itself, or which was under way when the page was left.
 * @typedef {object} KeptOutcome
 * @property {string} filename
 * @property {string} state  As in the queue.
 * @property {string} message
 * @property {{ id: string, filename: string, labels: [label: string, count: number][] }} [photo]
 */

/** @param {string} memberId  @returns {KeptOutcome[]} */
export function keptOutcomes(memberId) {
  const kept = read();
  if (kept.memberId === memberId) return kept.pages[location.pathname] ?? [];
  sessionStorage.removeItem(KEY);
  return [];
}

/** @param {string} memberId  @param {KeptOutcome[]} outcomes  All of this page, the newest last; none forgets them. */
export function keepOutcomes(memberId, outcomes) {
  const kept = read();
  const pages = kept.memberId === memberId ? kept.pages : {};
  pages[location.pathname] = outcomes.slice(-MOST);
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ memberId, pages }));
  } catch {
    // A tab without room loses the list, and nothing else.
  }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}
