/**
 * Keys of the whole page: arrows go to the neighbouring photos, or move the picture while it is zoomed in; plus,
 * minus, 0 and F zoom.
 * @param {HTMLElement} viewer
 * @param {ReturnType<import('./viewer-zoom.js').zoomPicture>} zoom
 */
export function goToNeighbours(viewer, zoom) {
  const stage = viewer.querySelector('[data-stage]');
  const ownPage = 'wheelZooms' in viewer.dataset;
  const follow = (rel) => viewer.querySelector(`a[rel="${rel}"]`)?.click();
  const actions = {
    '+': () => zoom.by(1.25),
    '=': () => zoom.by(1.25),
    '-': () => zoom.by(0.8),
    0: zoom.fit,
    f: zoom.toggleFullScreen,
    ArrowLeft: () => (zoom.isZoomed() ? zoom.move(80, 0) : follow('prev')),
    ArrowRight: () => (zoom.isZoomed() ? zoom.move(-80, 0) : follow('next')),
    ArrowUp: () => zoom.move(0, 80),
    ArrowDown: () => zoom.move(0, -80),
  };

  document.addEventListener('keydown', (event) => {
    const { target, key } = event;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (target.matches('input, select, textarea') || target.closest('[role="tablist"], .site-header')) return;
    // On a page that is about more than the picture, keys are the picture's only while it has the focus.
    if (!ownPage && !stage.contains(target)) return;
    if (key.startsWith('Arrow') && !zoom.isZoomed() && (key === 'ArrowUp' || key === 'ArrowDown')) return;
    const action = actions[key.length === 1 ? key.toLowerCase() : key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
