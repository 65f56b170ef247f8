import { placeHandles } from './correct-handles.js';
import {
  boxFields,
  moved,
  pointOf,
  readBox,
  resized,
  savedBox,
  scaleOf,
  sizeOf,
  writeBox,
} from './correct-shape.js';
import { placeTags } from './viewer-tags.js';

const KEY_PAUSE_MS = 500;
/** Movement on the screen below which a press is a click. */
const CLICK = 4;
/** What a drag begins on. */
const TAKEN_HOLD_OF = '[data-handle], [data-selected]';
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * One box at a time is selected, on the picture or in the list; it can be dragged, resized by its handles, and moved by
 * keys.
 * @param {HTMLElement} viewer
 * @param {(fields: object, answered?: () => void) => Promise<boolean>} act  Sends an act; resolves to whether the server
 *   took it. `answered` is called right before the page shows what came of it.
 */
export function editBoxes(viewer, act) {
  const overlay = viewer.querySelector('[data-overlay]');
  const stage = viewer.querySelector('[data-stage]');
  /** Id of the selected detection. */
  let selected = null;
  let drag = null;
  /** A move by keys that is sent when they come to rest. */
  let waiting = null;
  /** Boxes that the server does not have yet, by detection: whatever else it answers, they stay where they were put. */
  const unsaved = new Map();

  const groupOf = (id) => overlay.querySelector(`.box[data-detection="${id}"]`);
  const fieldsOf = (id) => document.getElementById(`d${id}-fields`);

  /** The handle, box or line at a point of the window; on the tab of objects, boxes come before the text over them. */
  function shapeAt({ clientX, clientY }) {
    const under = document.elementsFromPoint(clientX, clientY);
    const top = under[0]?.closest('[data-handle], .box, .line') ?? null;
    const onObjects = document.getElementById('tab-objects').getAttribute('aria-selected') === 'true';
    if (!onObjects || !top?.matches('.line')) return top;
    return under.map((shape) => shape.closest('.box')).find((box) => box !== null) ?? top;
  }

  /** Shows what is selected; also after everything was drawn anew. */
  function draw() {
    for (const [id, box] of unsaved) {
      const group = groupOf(id);
      if (group) writeBox(group, box);
      else unsaved.delete(id);
    }
    for (const group of overlay.querySelectorAll('[data-selected]')) group.removeAttribute('data-selected');
    const group = selected === null ? null : groupOf(selected);
    if (group === null) selected = null;
    group?.setAttribute('data-selected', '');
    placeHandles(overlay, group);
    placeTags(overlay);
  }

  function select(id) {
    if (id === selected) return;
    flush();
    const before = selected === null ? null : fieldsOf(selected);
    selected = id;
    if (before) before.open = false;
    draw();
    if (id === null) return;
    document.getElementById('tab-objects').click();
    fieldsOf(id).open = true;
    fieldsOf(id).closest('li').scrollIntoView({ block: 'nearest' });
  }

  function put(id, box) {
    unsaved.set(id, box);
    draw();
  }

  /** Shows the box as the server has it. */
  function putBack(id) {
    unsaved.delete(id);
    const group = groupOf(id);
    if (group) writeBox(group, savedBox(group));
    draw();
  }

  async function keep(id) {
    const box = unsaved.get(id);
    if (box === undefined) return;
    const isLast = () => unsaved.get(id) === box;
    const taken = await act({ act: 'box', detection: id, ...boxFields(box) }, () => {
      if (isLast()) unsaved.delete(id);
    });
    if (!taken && !unsaved.has(id)) putBack(id);
  }

  /** Sends what keys have moved. */
  function flush() {
    if (waiting === null) return;
    clearTimeout(waiting.timer);
    const { id } = waiting;
    waiting = null;
    keep(id);
  }

  function nudge(dx, dy, resizes) {
    const before = readBox(groupOf(selected));
    const box = resizes
      ? resized(before, 'se', dx, dy, sizeOf(overlay))
      : moved(before, dx, dy, sizeOf(overlay));
    put(selected, box);
    clearTimeout(waiting?.timer);
    waiting = { id: selected, timer: setTimeout(flush, KEY_PAUSE_MS) };
  }

  function giveUpDrag() {
    if (drag === null) return;
    const { id, moved, unsavedBefore } = drag;
    drag = null;
    if (moved && unsavedBefore) put(id, unsavedBefore);
    else if (moved) putBack(id);
  }

  // A second finger zooms: then the first one was not meant to move anything.
  stage.addEventListener(
    'pointerdown',
    ({ pointerId }) => {
      if (drag !== null && pointerId !== drag.pointer) giveUpDrag();
    },
    true,
  );

  overlay.addEventListener('pointerdown', (event) => {
    const shape = shapeAt(event);
    if (event.button !== 0 || !event.isPrimary || !shape?.matches(TAKEN_HOLD_OF)) return;
    // The stage would move the picture.
    event.stopPropagation();
    event.preventDefault();
    flush();
    drag = {
      id: selected,
      pointer: event.pointerId,
      before: readBox(groupOf(selected)),
      unsavedBefore: unsaved.get(selected),
      from: pointOf(overlay, event),
      sides: shape.dataset.handle,
      moved: false,
    };
    overlay.setPointerCapture(event.pointerId);
  });

  overlay.addEventListener('pointermove', (event) => {
    if (event.pointerId !== drag?.pointer) return;
    const to = pointOf(overlay, event);
    const [dx, dy] = [to.x - drag.from.x, to.y - drag.from.y];
    drag.moved ||= Math.hypot(dx, dy) > CLICK * scaleOf(overlay);
    if (!drag.moved) return;
    const photo = sizeOf(overlay);
    const { before, sides } = drag;
    put(drag.id, sides ? resized(before, sides, dx, dy, photo) : moved(before, dx, dy, photo));
  });

  // A finger on the box moves it; anywhere else it scrolls the page.
  overlay.addEventListener(
    'touchstart',
    (event) => {
      if (shapeAt(event.changedTouches[0])?.matches(TAKEN_HOLD_OF)) event.preventDefault();
    },
    { passive: false },
  );

  overlay.addEventListener('pointerup', ({ pointerId }) => {
    if (pointerId !== drag?.pointer) return;
    if (drag.moved) keep(drag.id);
    drag = null;
  });
  overlay.addEventListener('pointercancel', ({ pointerId }) => {
    if (pointerId === drag?.pointer) giveUpDrag();
  });

  let press = { x: 0, y: 0 };
  stage.addEventListener(
    'pointerdown',
    ({ clientX: x, clientY: y }) => {
      press = { x, y };
    },
    true,
  );
  stage.addEventListener('click', ({ target, clientX, clientY }) => {
    if (target.closest('.stage-tools') || 'drawing' in stage.dataset) return;
    if (Math.hypot(clientX - press.x, clientY - press.y) > CLICK) return;
    const shape = shapeAt({ clientX, clientY });
    if (shape?.matches('[data-handle]')) return;
    if (shape?.matches('.line')) {
      document.getElementById('tab-text').click();
      document.getElementById(`l${shape.dataset.line}-text`)?.focus();
      return;
    }
    select(shape?.dataset.detection ?? null);
  });

  // A row that is opened selects its box; the event does not bubble.
  viewer.addEventListener(
    'toggle',
    ({ target }) => {
      if (!('fields' in target.dataset)) return;
      const { detection } = target.closest('li').dataset;
      if (target.open) select(detection);
      else if (selected === detection && target.isConnected) select(null);
    },
    true,
  );

  document.addEventListener(
    'keydown',
    (event) => {
      const { key, target, shiftKey } = event;
      if (selected === null || event.ctrlKey || event.metaKey || event.altKey) return;
      if (target.matches('input, select, textarea') || target.closest('[role="tablist"], .site-header'))
        return;
      if (key in ARROWS) {
        const step = Math.max(1, Math.round(scaleOf(overlay)));
        nudge(ARROWS[key][0] * step, ARROWS[key][1] * step, shiftKey);
      } else if (key === 'Delete' || key === 'Backspace') {
        flush();
        act({ act: 'remove', detection: selected });
      } else if (key === 'Escape') {
        select(null);
      } else return;
      // The viewer would go to a neighbour, or move the picture.
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  new ResizeObserver(draw).observe(overlay);
  return { draw, flush, select };
}
