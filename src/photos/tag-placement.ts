import type { Box } from '../inference/analysis.ts';

/** Where a label's tag stands on the picture, in pixels of the upright photo. */
export interface TagPlacement {
  x: number;
  y: number;
  /** Photo pixels per pixel of the tag's own drawing. */
  scale: number;
}

/** Height of a tag and size of its letters, in its own pixels. */
const TAG_HEIGHT = 20;

/** The window that the first view is laid out for; the browser lays out again for the real one. */
const TYPICAL_VIEW = { width: 960, height: 720 };

/** Mean widths of Inter's semibold letters in ems; the tag's text is stretched to this sum. */
const NARROW = /[ fijlrt.,'’|]/;
const WIDE = /[mwMW%]/;

/** Width of a tag in its own pixels, padding included. */
export function tagWidth(text: string): number {
  let ems = 0;
  for (const letter of text) ems += NARROW.test(letter) ? 0.34 : WIDE.test(letter) ? 0.9 : 0.61;
  return Math.round(ems * 12 + 12);
}

/** Inside the box's top left when there is room, above it when not, and never past the picture's edge. */
export function placeTag(box: Box, width: number, photo: { width: number; height: number }): TagPlacement {
  const scale = Math.max(photo.width / TYPICAL_VIEW.width, photo.height / TYPICAL_VIEW.height);
  const tag = { width: width * scale, height: TAG_HEIGHT * scale };
  const inside = tag.width <= box.width && tag.height * 2 <= box.height;
  const above = box.y - tag.height;
  const y = inside ? box.y : above >= 0 ? above : box.y + box.height;
  return {
    x: within(box.x, photo.width - tag.width),
    y: within(y, photo.height - tag.height),
    scale: Math.round(scale * 1000) / 1000,
  };
}

function within(value: number, most: number): number {
  return Math.round(Math.max(0, Math.min(value, most)) * 10) / 10;
}
