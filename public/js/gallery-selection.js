// Choosing photos: Space chooses the card in focus, Shift chooses all from the last one on, Escape chooses none.

const number = new Intl.NumberFormat('en');
const form = document.querySelector('[data-selection]');

if (form) {
  const count = form.querySelector('[data-selection-count]');
  const sentence = form.querySelector('[data-selection-sentence]');
  const all = form.querySelector('[data-select-all]');
  const acts = form.querySelectorAll('[data-act]');
  /** So many photos are taken at once. */
  const most = Number(form.dataset.most);
  let last = null;

  all.hidden = false;
  all.addEventListener('click', () => {
    for (const [i, box] of boxes().entries()) box.checked = i < most;
    show();
  });

  // Shift would mark the text in between.
  form.addEventListener('mousedown', (event) => {
    if (event.shiftKey && event.target.closest('.card-choice')) event.preventDefault();
  });

  form.addEventListener('click', (event) => {
    const box = event.target.closest('[data-choice]');
    if (!box) return;
    if (event.shiftKey) chooseRange(box);
    last = box;
    show();
  });

  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && chosen().length > 0 && !form.querySelector('details[open]')) form.reset();
    const card = event.target.closest('[data-card]');
    if (event.key !== ' ' || !card) return;
    event.preventDefault();
    const box = card.parentElement.querySelector('[data-choice]');
    box.checked = !box.checked;
    if (event.shiftKey) chooseRange(box);
    last = box;
    show();
  });

  // The boxes are empty when the event has passed.
  form.addEventListener('reset', () => setTimeout(show));
  document.addEventListener('photos-added', show);
  window.addEventListener('pageshow', show);
  show();

  function boxes() {
    return [...form.querySelectorAll('[data-choice]')];
  }

  function chosen() {
    return boxes().filter(({ checked }) => checked);
  }

  /** Gives all from the last one that was touched to this one the state of this one. */
  function chooseRange(box) {
    const list = boxes();
    const [from, to] = [list.indexOf(last ?? box), list.indexOf(box)].sort((a, b) => a - b);
    for (const other of list.slice(from, to + 1)) other.checked = box.checked;
  }

  function show() {
    const many = chosen().length;
    const written = many === 1 ? '1 photo chosen' : `${number.format(many)} photos chosen`;
    count.textContent = many > most ? `${written}: at most ${number.format(most)} go at once` : written;
    for (const act of acts) act.disabled = many === 0 || many > most;
    const which = many === 1 ? 'This photo goes' : `These ${number.format(many)} photos go`;
    sentence.textContent = `${which} to the trash with everything found there, and can be restored for a while.`;
    const here = boxes().length;
    all.textContent =
      here > most ? `Choose the first ${number.format(most)}` : `Choose all ${number.format(here)} here`;
    if (many === 0) for (const menu of form.querySelectorAll('details[open]')) menu.open = false;
  }
}
