// Tells how many photos the chosen detections are in.

const number = new Intl.NumberFormat('en');
const form = document.querySelector('[data-selection]');

if (form) {
  const count = form.querySelector('[data-selection-count]');
  const show = () => {
    const chosen = [...form.querySelectorAll('[data-choice]:checked')];
    const photos = new Set(chosen.map(({ value }) => value)).size;
    count.textContent = photos === 1 ? '1 photo chosen' : `${number.format(photos)} photos chosen`;
  };
  form.addEventListener('change', show);
  // The boxes are empty when the event has passed.
  form.addEventListener('reset', () => setTimeout(show));
  window.addEventListener('pageshow', show);
}
