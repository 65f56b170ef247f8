// Boxes on the picture, in pixels of the photo.

export const SIDES = ['x', 'y', 'width', 'height'];
/** As the server takes it. */
const LEAST = 3;

/** @param {SVGSVGElement} overlay */
export function sizeOf(overlay) {
  const { width, height } = overlay.viewBox.baseVal;
  return { width, height };
}

/** How many pixels of the photo one pixel of the screen is. */
export function scaleOf(overlay) {
  const shown = overlay.getBoundingClientRect();
  const { width, height } = sizeOf(overlay);
  const scale = Math.max(width / shown.width, height / shown.height);
  return Number.isFinite(scale) && scale > 0 ? scale : 1;
}

/** Where on the photo a pointer is, brought inside. */
export function pointOf(overlay, { clientX, clientY }) {
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(overlay.getScreenCTM().inverse());
  const { width, height } = sizeOf(overlay);
  return { x: between(0, x, width), y: between(0, y, height) };
}

export function readBox(group) {
  const rect = group.querySelector('.box-line');
  return Object.fromEntries(SIDES.map((side) => [side, rect[side].baseVal.value]));
}

/** The boxes that the server drew, by group, where others are drawn in their place. */
const saved = new WeakMap();

/** The box as the server drew it. */
export function savedBox(group) {
  return saved.get(group) ?? readBox(group);
}

export function writeBox(group, box) {
  saved.set(group, savedBox(group));
  for (const rect of group.querySelectorAll('rect')) {
    for (const side of SIDES) rect.setAttribute(side, box[side]);
  }
}

/** The box moved by some pixels, as far as the photo goes. */
export function moved(box, dx, dy, photo) {
  return {
    ...box,
    x: between(0, box.x + dx, photo.width - box.width),
    y: between(0, box.y + dy, photo.height - box.height),
  };
}

/** The box with one or two of its sides (letters of `nesw`) moved by some pixels. */
export function resized(box, sides, dx, dy, photo) {
  let [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height];
  if (sides.includes('w')) left = between(0, left + dx, right - LEAST);
  if (sides.includes('e')) right = between(left + LEAST, right + dx, photo.width);
  if (sides.includes('n')) top = between(0, top + dy, bottom - LEAST);
  if (sides.includes('s')) bottom = between(top + LEAST, bottom + dy, photo.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The box between two corners. */
export function spanned(a, b) {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return { x, y, width: Math.max(a.x, b.x) - x, height: Math.max(a.y, b.y) - y };
}

/** The fields of a form for a box, to the hundredth of a pixel as the server keeps them. */
export function boxFields(box) {
  return Object.fromEntries(SIDES.map((side) => [side, String(Math.round(box[side] * 100) / 100)]));
}

function between(least, value, most) {
  return Math.max(least, Math.min(most, value));
}
