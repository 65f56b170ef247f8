import { readBox, scaleOf, sizeOf } from './correct-shape.js';

const SVG = 'http://www.w3.org/2000/svg';
const PLACES = {
  nw: [0, 0],
  n: [0.5, 0],
  ne: [1, 0],
  e: [1, 0.5],
  se: [1, 1],
  s: [0.5, 1],
  sw: [0, 1],
  w: [0, 0.5],
};
/** On the screen: what is seen, and what a mouse, or a finger, can take hold of. */
const DOT = 9;
const HIT = 24;
const FINGER_HIT = 44;
const finger = matchMedia('(pointer: coarse)');

/**
 * The handles of a box, of one size on the screen at every zoom; null takes them away. A box can always be taken hold of
 * itself: where there is no room for all eight on it, those of the sides are left out, then those of the corners reach
 * outwards, as far as the picture goes.
 * @param {SVGSVGElement} overlay
 * @param {SVGGElement | null} group
 */
export function placeHandles(overlay, group) {
  const handles =
    overlay.querySelector('[data-handles]') ?? overlay.appendChild(make('g', { 'data-handles': '' }));
  if (group === null) {
    handles.remove();
    return;
  }
  if (handles.childElementCount === 0) handles.append(...Object.keys(PLACES).map(handle));
  const box = readBox(group);
  const scale = scaleOf(overlay);
  const photo = sizeOf(overlay);
  const hit = finger.matches ? FINGER_HIT : HIT;
  const [wide, high] = [box.width / scale, box.height / scale];
  for (const drawn of handles.children) {
    const [across, down] = PLACES[drawn.dataset.handle];
    const [x, y] = [box.x + across * box.width, box.y + down * box.height];
    drawn.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
    const crowded = (across === 0.5 && wide < 3 * hit) || (down === 0.5 && high < 3 * hit);
    drawn.setAttribute('display', crowded ? 'none' : 'inline');
    const right = outwards(across, wide, hit, x / scale, (photo.width - x) / scale);
    const below = outwards(down, high, hit, y / scale, (photo.height - y) / scale);
    const area = drawn.querySelector('.handle-hit');
    for (const [name, value] of Object.entries({
      x: right - hit / 2,
      y: below - hit / 2,
      width: hit,
      height: hit,
    })) {
      area.setAttribute(name, value);
    }
  }
}

/** How far a handle's area is moved away from the box, along one axis; all in pixels of the screen. */
function outwards(place, length, hit, before, behind) {
  if (length >= 2 * hit || place === 0.5) return 0;
  return place === 0 ? -Math.min(hit / 2, before) : Math.min(hit / 2, behind);
}

function handle(place) {
  const group = make('g', { class: 'handle', 'data-handle': place });
  group.append(
    make('rect', { class: 'handle-hit' }),
    make('rect', { class: 'handle-dot', x: -DOT / 2, y: -DOT / 2, width: DOT, height: DOT }),
  );
  return group;
}

export function make(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}
