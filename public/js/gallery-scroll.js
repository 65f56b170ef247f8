// The gallery goes on by itself: when its end comes near, the next page is fetched and its photos are added. The address
// follows the photos in the window, so that it can be shared, and coming back leads to where one was.

import { showLocalTimes } from './local-time.js';

/** So many pages come by themselves; then a button asks, and what is below the gallery can be reached. */
const BY_THEMSELVES = 4;
const NEAR = '800px';
const SETTLED_MS = 250;
const number = new Intl.NumberFormat('en');

const rows = document.querySelector('[data-photo-rows]');
const end = document.querySelector('[data-gallery-end]');

if (rows && end) {
  const count = end.querySelector('[data-shown-count]');
  let left = BY_THEMSELVES;
  let loading = false;

  rows.firstElementChild.dataset.page = location.pathname + location.search;
  // Where a card stands is known here better than the browser knows it: the page may be another one than was left.
  history.scrollRestoration = 'manual';
  showCount();

  const nearEnd = new IntersectionObserver(
    (entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting) && left > 0) more(false);
    },
    { rootMargin: NEAR },
  );
  await restorePlace();
  nearEnd.observe(end);

  end.addEventListener('click', (event) => {
    if (!event.target.closest('[rel=next]') || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    left = BY_THEMSELVES;
    more(true);
  });

  let settling;
  window.addEventListener('scroll', () => {
    clearTimeout(settling);
    settling = setTimeout(keepPlace, SETTLED_MS);
  });
  window.addEventListener('pagehide', keepPlace);

  /** Adds the next page; `asked` moves the focus to its first photo, for who works by keyboard. */
  async function more(asked) {
    const next = end.querySelector('[rel=next]');
    if (!next || loading) return;
    loading = true;
    left--;
    try {
      const response = await fetch(next.href, { headers: { Accept: 'text/html' } });
      if (!response.ok || response.redirected) throw new Error(response.statusText);
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      const cards = [...(page.querySelector('[data-photo-rows]')?.children ?? [])];
      showLocalTimes(page);
      if (cards[0]) cards[0].dataset.page = next.pathname + next.search;
      rows.append(...cards);
      const following = page.querySelector('[data-gallery-end] [rel=next]');
      if (following) next.href = following.href;
      else next.remove();
      showCount();
      if (asked) cards[0]?.querySelector('[data-card]').focus();
      document.dispatchEvent(new CustomEvent('photos-added'));
    } catch {
      left = 0;
      // The link leads to the page as it does without script, or to the login where the session has ended.
      if (asked) location.assign(next.href);
    } finally {
      loading = false;
    }
    // Seen anew, in case the window has room for still more.
    nearEnd.unobserve(end);
    nearEnd.observe(end);
  }

  function showCount() {
    const { total, exact } = count.dataset;
    const shown = rows.children.length;
    const all = exact === 'true' ? number.format(total) : `${number.format(Math.max(total, shown))}+`;
    count.textContent = `Showing ${number.format(shown)} of ${all}`;
  }

  function keepPlace() {
    const top = [...rows.children].find((card) => card.getBoundingClientRect().bottom > 0);
    if (!top) return;
    let first = top;
    while (!first.dataset.page) first = first.previousElementSibling;
    const atTop = window.scrollY === 0;
    const place = atTop ? null : { card: cardId(top), offset: top.getBoundingClientRect().top };
    history.replaceState({ place }, '', first.dataset.page);
  }

  /** Puts the card that was at the top there again; what came below it is fetched where the page is too short for that. */
  async function restorePlace() {
    const place = history.state?.place;
    const card = place && [...rows.children].find((other) => cardId(other) === place.card);
    if (!card) return;
    const away = () => card.getBoundingClientRect().top - place.offset;
    window.scrollBy(0, away());
    if (away() <= 1 || !end.querySelector('[rel=next]')) return;
    await more(false);
    window.scrollBy(0, away());
  }

  function cardId(card) {
    return card.querySelector('[data-card]').getAttribute('href');
  }
}
