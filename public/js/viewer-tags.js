const TAG_HEIGHT = 20;

/**
 * Puts the tags of all visible boxes where they can be read: inside the box when there is room, outside when not,
 * within the picture, and not over one another, over text or under the buttons while any of the places is free. Tags keep their size
 * on the screen at every zoom, except for those that would be wider than the picture.
 * @param {SVGSVGElement} overlay
 */
export function placeTags(overlay) {
  const { width, height } = overlay.viewBox.baseVal;
  const shown = overlay.getBoundingClientRect();
  const scale = Math.max(width / shown.width, height / shown.height);
  if (!Number.isFinite(scale)) return;
  const boxes = boxesByDetection(overlay);
  const taken = [];
  const covered = [...overlay.querySelectorAll('.line:not([hidden]) .line-shape')].map((line) =>
    line.getBBox(),
  );
  covered.push(...buttonsOver(overlay, shown, scale));
  for (const tag of overlay.querySelectorAll('.tag:not([hidden])')) {
    const own = Math.min(scale, width / Number(tag.dataset.width));
    const size = { width: Number(tag.dataset.width) * own, height: TAG_HEIGHT * own };
    const places = placesFor(boxes.get(tag.dataset.detection), size).map(({ x, y }) => ({
      x: Math.max(0, Math.min(x, width - size.width)),
      y: Math.max(0, Math.min(y, height - size.height)),
      ...size,
    }));
    const free = places.filter((candidate) => !taken.some((other) => overlap(candidate, other)));
    const clear = free.find((candidate) => !covered.some((other) => overlap(candidate, other)));
    const place = clear ?? free[0] ?? places[0];
    // No room at all: the tag waits until its box is pointed at, or the picture is zoomed in.
    tag.toggleAttribute('data-crowded-out', free.length === 0);
    if (free.length > 0) taken.push(place);
    tag.setAttribute('transform', `translate(${place.x} ${place.y}) scale(${own})`);
  }
}

/** Where buttons cover the picture, in its pixels. */
function buttonsOver(overlay, shown, scale) {
  const tools = overlay.closest('[data-stage]')?.querySelector('.stage-tools')?.getBoundingClientRect();
  if (!tools) return [];
  const [x, y] = [(tools.x - shown.x) * scale, (tools.y - shown.y) * scale];
  return [{ x, y, width: tools.width * scale, height: tools.height * scale }];
}

/** Best place first. */
function placesFor(box, tag) {
  const right = box.x + box.width - tag.width;
  const bottom = box.y + box.height;
  const inside = [
    { x: box.x, y: box.y },
    { x: right, y: box.y },
    { x: box.x, y: bottom - tag.height },
    { x: right, y: bottom - tag.height },
  ];
  const above = { x: box.x, y: box.y - tag.height };
  const outside = [
    ...(above.y >= 0 ? [above] : []),
    { x: box.x, y: bottom },
    { x: right, y: box.y - tag.height },
  ];
  const roomy = tag.width <= box.width && tag.height * 2 <= box.height;
  return roomy ? [...inside, ...outside] : [...outside, ...inside];
}

function boxesByDetection(overlay) {
  const boxes = new Map();
  for (const box of overlay.querySelectorAll('.box')) {
    const rect = box.querySelector('.box-line');
    const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => rect[name].baseVal.value);
    boxes.set(box.dataset.detection, { x, y, width, height });
  }
  return boxes;
}

function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
