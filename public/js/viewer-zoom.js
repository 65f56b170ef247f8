const MOST = 16;

/**
 * Zoom, pan, fit and full screen. The picture's element is resized and moved, not scaled, so that lines and tags
 * keep their width on the screen and the picture stays sharp.
 * @param {HTMLElement} viewer
 * @param {() => void} onChange  Called when the picture's size on the screen changed.
 */
export function zoomPicture(viewer, onChange) {
  const stage = viewer.querySelector('[data-stage]');
  const picture = viewer.querySelector('[data-picture]');
  const level = viewer.querySelector('[data-zoom-level]');
  const natural = viewer.querySelector('[data-overlay]').viewBox.baseVal;
  /** Zoom 1 fits; x and y move the centre, in pixels of the screen. */
  const view = { zoom: 1, x: 0, y: 0 };

  const fitted = () => Math.min(stage.clientWidth / natural.width, stage.clientHeight / natural.height);

  function draw() {
    const width = natural.width * fitted() * view.zoom;
    const height = natural.height * fitted() * view.zoom;
    const roomX = Math.max(0, (width - stage.clientWidth) / 2);
    const roomY = Math.max(0, (height - stage.clientHeight) / 2);
    view.x = Math.max(-roomX, Math.min(roomX, view.x));
    view.y = Math.max(-roomY, Math.min(roomY, view.y));
    const left = (stage.clientWidth - width) / 2 + view.x;
    const top = (stage.clientHeight - height) / 2 + view.y;
    // Fitting is the style sheet's own business.
    const placed = view.zoom > 1;
    picture.style.inset = placed ? `${top}px auto auto ${left}px` : '';
    picture.style.width = placed ? `${width}px` : '';
    picture.style.height = placed ? `${height}px` : '';
    stage.toggleAttribute('data-zoomed', placed);
    level.textContent = view.zoom === 1 ? 'Fit' : `${Math.round(fitted() * view.zoom * 100)} %`;
    onChange();
  }

  /** Zooms by a factor and keeps the point under (clientX, clientY), or the centre, where it is. */
  function by(factor, clientX, clientY) {
    const { left, top, width, height } = stage.getBoundingClientRect();
    const px = (clientX ?? left + width / 2) - left - width / 2;
    const py = (clientY ?? top + height / 2) - top - height / 2;
    const zoom = Math.max(1, Math.min(MOST, view.zoom * factor));
    const real = zoom / view.zoom;
    view.x = px - (px - view.x) * real;
    view.y = py - (py - view.y) * real;
    view.zoom = Math.abs(zoom - 1) < 0.01 ? 1 : zoom;
    draw();
  }

  function move(x, y) {
    view.x += x;
    view.y += y;
    draw();
  }

  function fit() {
    Object.assign(view, { zoom: 1, x: 0, y: 0 });
    draw();
  }

  function toggleFullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else viewer.requestFullscreen?.();
  }

  /** While zoomed in: brings a drawn box or line to the middle. */
  function reveal(drawn) {
    if (view.zoom === 1) return;
    const box = drawn.getBoundingClientRect();
    const around = stage.getBoundingClientRect();
    move(
      around.left + around.width / 2 - (box.left + box.width / 2),
      around.top + around.height / 2 - (box.top + box.height / 2),
    );
  }

  const acts = { in: () => by(1.5), out: () => by(1 / 1.5), fit };
  for (const button of viewer.querySelectorAll('[data-zoom]')) {
    button.addEventListener('click', acts[button.dataset.zoom]);
  }
  viewer.querySelector('[data-full-screen]').addEventListener('click', toggleFullScreen);
  stage.addEventListener(
    'wheel',
    (event) => {
      if (!('wheelZooms' in viewer.dataset) && !event.ctrlKey) return;
      event.preventDefault();
      by(Math.exp(-event.deltaY * 0.0015), event.clientX, event.clientY);
    },
    { passive: false },
  );
  dragAndPinch(stage, { by, move, isZoomed: () => view.zoom > 1 });
  stage.addEventListener('dblclick', ({ target, clientX, clientY }) => {
    if (target.closest('.line-text, .stage-tools')) return;
    if (view.zoom > 1) fit();
    else by(2.5, clientX, clientY);
  });
  new ResizeObserver(draw).observe(stage);

  return { by, move, fit, reveal, toggleFullScreen, isZoomed: () => view.zoom > 1 };
}

/** One pointer drags a zoomed picture, two pinch it. Text stays selectable: a drag that begins on it selects. */
function dragAndPinch(stage, { by, move, isZoomed }) {
  const pointers = new Map();
  const gap = () => {
    const [a, b] = [...pointers.values()];
    return { distance: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  };

  stage.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || event.target.closest('.line-text, .stage-tools')) return;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (!isZoomed() && pointers.size < 2) return;
    stage.setPointerCapture(event.pointerId);
    stage.toggleAttribute('data-dragging', true);
  });

  stage.addEventListener('pointermove', (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const before = pointers.size === 2 ? gap() : null;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (before) {
      const after = gap();
      by(after.distance / before.distance, after.x, after.y);
    } else if (isZoomed()) {
      move(event.clientX - last.x, event.clientY - last.y);
    }
  });

  for (const end of ['pointerup', 'pointercancel', 'pointerleave']) {
    stage.addEventListener(end, ({ pointerId }) => {
      pointers.delete(pointerId);
      stage.removeAttribute('data-dragging');
    });
  }
}
