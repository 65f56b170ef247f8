// The gallery: arrow keys walk from photo to photo, and filters that are not set stay out of the address.

const rows = document.querySelector('[data-photo-rows]');
const filterBar = document.querySelector('[data-filter-bar]');

rows?.addEventListener('keydown', (event) => {
  const cards = [...rows.querySelectorAll('[data-card]')];
  const current = cards.indexOf(document.activeElement);
  if (current < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = {
    ArrowRight: () => cards[current + 1],
    ArrowLeft: () => cards[current - 1],
    ArrowDown: () => inNextRow(cards, cards[current], 1),
    ArrowUp: () => inNextRow(cards, cards[current], -1),
    Home: () => cards[0],
    End: () => cards.at(-1),
  }[event.key]?.();
  if (!next) return;
  event.preventDefault();
  next.focus();
});

/** The card of the row below (1) or above (-1) whose middle is nearest. */
function inNextRow(cards, from, direction) {
  const middle = ({ left, width }) => left + width / 2;
  const here = from.getBoundingClientRect();
  const boxes = cards.map((card) => ({ card, box: card.getBoundingClientRect() }));
  const beyond = boxes.filter(({ box }) => (box.top - here.top) * direction > 1);
  if (beyond.length === 0) return undefined;
  const top = beyond.reduce(
    (nearest, { box }) => (Math.abs(box.top - here.top) < Math.abs(nearest - here.top) ? box.top : nearest),
    beyond[0].box.top,
  );
  return beyond
    .filter(({ box }) => Math.abs(box.top - top) < 1)
    .sort((a, b) => Math.abs(middle(a.box) - middle(here)) - Math.abs(middle(b.box) - middle(here)))[0].card;
}

if (filterBar) {
  filterBar.addEventListener('change', ({ target }) => {
    target.setAttribute('value', target.value); // the style tells a date that is set from one that is not
  });
  filterBar.addEventListener('submit', () => {
    for (const field of filterBar.elements) {
      if (field.name && (field.value === '' || (field.name === 'sort' && field.value === 'newest'))) {
        field.disabled = true;
      }
    }
  });
  window.addEventListener('pageshow', () => {
    for (const field of filterBar.elements) field.disabled = false;
  });
}
