import { make } from './correct-handles.js';
import { boxFields, pointOf, SIDES, spanned } from './correct-shape.js';

/** Sides in pixels of the photo below which nothing was meant to be drawn. */
const LEAST = 3;

/**
 * Draws a box for what no model found; its label is then asked for in the form for new objects.
 * @param {HTMLElement} viewer
 * @param {() => void} onStart
 */
export function drawBoxes(viewer, onStart) {
  const overlay = viewer.querySelector('[data-overlay]');
  const stage = viewer.querySelector('[data-stage]');
  const button = viewer.querySelector('[data-draw]');
  const hint = viewer.querySelector('[data-hint]');
  const usualHint = [...hint.childNodes];
  let from = null;
  let pointer = null;
  let drawn = null;

  /** Takes the box off the picture and out of the form. */
  function takeAway() {
    drawn?.remove();
    for (const side of SIDES) document.getElementById(`draw-${side}`).value = '';
  }

  /** Ends the drawing; what was drawn and not added yet is gone, with its form. */
  function giveUp() {
    turn(false);
    takeAway();
    document.getElementById('draw-label').value = '';
    const form = document.getElementById('draw');
    if (form.contains(document.activeElement)) button.focus();
    form.open = false;
  }

  function turn(on) {
    stage.toggleAttribute('data-drawing', on);
    button.setAttribute('aria-pressed', String(on));
    if (on) hint.replaceChildren('Draw a box around what is missing. Esc gives it up.');
    else hint.replaceChildren(...usualHint);
    from = null;
    if (!on) return;
    takeAway();
    onStart();
  }

  function finish(box) {
    turn(false);
    if (box.width < LEAST || box.height < LEAST) {
      drawn?.remove();
      return;
    }
    document.getElementById('tab-objects').click();
    document.getElementById('draw').open = true;
    for (const [side, value] of Object.entries(boxFields(box))) {
      document.getElementById(`draw-${side}`).value = value;
    }
    const label = document.getElementById('draw-label');
    label.focus();
    label.scrollIntoView({ block: 'center' });
  }

  button.addEventListener('click', () => turn(!('drawing' in stage.dataset)));

  stage.addEventListener(
    'pointerdown',
    (event) => {
      if (!('drawing' in stage.dataset) || event.button !== 0 || event.target.closest('.stage-tools')) return;
      event.preventDefault();
      event.stopPropagation();
      if (from !== null) {
        // A second finger: nothing was meant to be drawn.
        drawn.remove();
        from = null;
      }
      if (!event.isPrimary) return;
      pointer = event.pointerId;
      stage.setPointerCapture(pointer);
      from = pointOf(overlay, event);
      drawn = overlay.appendChild(make('rect', { class: 'drawn-box' }));
    },
    true,
  );
  stage.addEventListener(
    'pointermove',
    (event) => {
      if (from === null || event.pointerId !== pointer) return;
      event.stopPropagation();
      const box = spanned(from, pointOf(overlay, event));
      for (const [side, value] of Object.entries(box)) drawn.setAttribute(side, value);
    },
    true,
  );
  stage.addEventListener(
    'pointerup',
    (event) => {
      if (from !== null && event.pointerId === pointer) finish(spanned(from, pointOf(overlay, event)));
    },
    true,
  );
  stage.addEventListener(
    'pointercancel',
    ({ pointerId }) => {
      if (from === null || pointerId !== pointer) return;
      drawn.remove();
      turn(false);
    },
    true,
  );

  document.addEventListener('keydown', ({ key, isComposing }) => {
    if (key !== 'Escape' || isComposing) return;
    if ('drawing' in stage.dataset || drawn?.isConnected) giveUp();
  });
}
