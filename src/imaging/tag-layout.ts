import type { Box } from './geometry.ts';
import type { Size } from './pixels.ts';

/** What a tag says: `bus 93 %`. */
export function tagText({ label, score }: { label: string; score: number }): string {
  return `${label} ${Math.round(score * 100)} %`;
}

/** A tag that wants a place: the box that it names, and its own size in pixels. */
export interface TagRequest {
  box: Box;
  tag: Size;
}

/**
 * Finds a place for each tag: inside its box when there is room, above it when not, never beyond the picture's edge,
 * and clear of the tags placed before it where any of its places is. Earlier requests choose first.
 *
 * @param line width in pixels of the box's line, which an inner tag leaves visible.
 * @returns the tags' boxes in the order of the requests, in pixels of the picture.
 */
export function placeTags(requests: readonly TagRequest[], picture: Size, line: number): Box[] {
  const placed: Box[] = [];
  for (const { box, tag } of requests) {
    let best: Box | undefined;
    let bestOverlap = Number.POSITIVE_INFINITY;
    for (const [x, y] of placesFor(box, tag, line)) {
      const place = {
        x: clamp(x, 0, picture.width - tag.width),
        y: clamp(y, 0, picture.height - tag.height),
        ...tag,
      };
      const overlap = placed.reduce((sum, other) => sum + overlapArea(place, other), 0);
      if (overlap < bestOverlap) [best, bestOverlap] = [place, overlap];
      if (overlap === 0) break;
    }
    if (best) placed.push(best);
  }
  return placed;
}

/** Top left corners worth trying, best first. */
function placesFor(box: Box, tag: Size, line: number): [x: number, y: number][] {
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  const outside: [number, number][] = [
    [box.x, box.y - tag.height],
    [right - tag.width, box.y - tag.height],
    [box.x, bottom],
    [right - tag.width, bottom],
    [right, box.y],
    [box.x - tag.width, box.y],
  ];
  // Less than twice the tag's height, and the tag would hide what was found.
  if (box.width < tag.width + 2 * line || box.height < 2 * tag.height + line) return outside;
  const inside: [number, number][] = [
    [box.x + line, box.y + line],
    [right - line - tag.width, box.y + line],
    [box.x + line, bottom - line - tag.height],
    [right - line - tag.width, bottom - line - tag.height],
  ];
  return [...inside, ...outside];
}

function overlapArea(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
