/**
 * Pointing at a row, or focusing it, lights its box, and the other way round; activating a row brings its box into
 * view, activating a box brings its row into view.
 * @param {HTMLElement} viewer
 * @param {(drawn: SVGGraphicsElement) => void} reveal
 */
export function linkRowsAndBoxes(viewer, reveal) {
  const overlay = viewer.querySelector('[data-overlay]');
  const selectorOf = (element) => {
    const { detection, line } = element.dataset;
    return detection === undefined ? `[data-line="${line}"]` : `[data-detection="${detection}"]`;
  };
  const found = (target) => target.closest?.('[data-detection], [data-line]') ?? null;

  function light(element) {
    for (const lit of viewer.querySelectorAll('[data-on]')) lit.removeAttribute('data-on');
    // Lines stay as they are: one moves across many of them while selecting.
    viewer.toggleAttribute('data-lit', element?.dataset.detection !== undefined);
    if (element === null) return;
    for (const twin of viewer.querySelectorAll(selectorOf(element))) twin.setAttribute('data-on', '');
  }

  viewer.addEventListener('pointerover', ({ target }) => light(found(target)));
  viewer.addEventListener('pointerleave', () => light(null));
  viewer.addEventListener('focusin', ({ target }) => light(found(target)));
  viewer.addEventListener('focusout', () => light(null));

  viewer.addEventListener('click', ({ target }) => {
    const element = found(target);
    if (element === null || target.closest('[data-copy-line]')) return;
    if (overlay.contains(element)) {
      const row = viewer.querySelector(`.rows ${selectorOf(element)}`);
      if (row?.checkVisibility()) row.scrollIntoView({ block: 'nearest' });
    } else {
      reveal(overlay.querySelector(selectorOf(element)));
    }
  });
}
