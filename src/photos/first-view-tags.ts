import type { Box } from '../imaging/geometry.ts';
import { placeTags, tagText } from '../imaging/tag-layout.ts';

/** A label's tag on the picture before any script has run. */
export interface Tag {
  text: string;
  /** In the tag's own pixels, padding included. */
  width: number;
  place: TagPlacement;
}

/** Where a label's tag stands on the picture, in pixels of the upright photo. */
export interface TagPlacement {
  x: number;
  y: number;
  /** Photo pixels per pixel of the tag's own drawing. */
  scale: number;
  /** Whether the tag at twice its size would be cut off by the picture's right, or lower, edge. */
  nearRight: boolean;
  nearBottom: boolean;
}

/** Height of a tag in its own pixels. */
const TAG_HEIGHT = 20;

/** The window that the first view is laid out for; the browser lays out again for the real one. */
const TYPICAL_VIEW = { width: 960, height: 720 };

/** Mean widths of Inter's semibold letters in ems; the tag's text is stretched to this sum. */
const NARROW = /[ fijlrt.,'’|]/;
const WIDE = /[mwMW%]/;

/** The tags of a photo's detections, the surest first, each where `placeTags` finds room for it. */
export function firstViewTags(
  detections: readonly { label: string; score: number | null; box: Box }[],
  photo: { width: number; height: number },
): Tag[] {
  const scale = Math.max(photo.width / TYPICAL_VIEW.width, photo.height / TYPICAL_VIEW.height);
  const tags = detections.map((detection) => {
    const { label, score } = detection;
    const text = score === null ? label : tagText({ label, score });
    return { text, width: tagWidth(text), box: detection.box };
  });
  const requests = tags.map(({ width, box }) => ({
    box,
    tag: { width: width * scale, height: TAG_HEIGHT * scale },
  }));
  return placeTags(requests, photo, 0).map(({ x, y }, i) => {
    const { text = '', width = 0 } = tags[i] ?? {};
    const nearRight = x + 2 * width * scale > photo.width;
    const nearBottom = y + 2 * TAG_HEIGHT * scale > photo.height;
    return {
      text,
      width,
      place: { x: rounded(x, 10), y: rounded(y, 10), scale: rounded(scale, 1000), nearRight, nearBottom },
    };
  });
}

function tagWidth(text: string): number {
  let ems = 0;
  for (const letter of text) ems += NARROW.test(letter) ? 0.34 : WIDE.test(letter) ? 0.9 : 0.61;
  return Math.round(ems * 12 + 12);
}

function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps;
}
