import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts, type SKRSContext2D } from 'canvas';
import type { Box, Quadrilateral } from './geometry.ts';
import { inkOn, labelColour } from './label-colours.ts';
import type { Size } from './pixels.ts';
import { placeTags, tagText } from './tag-layout.ts';

/** What is drawn into a photo, in pixels of the upright photo; scores are 0 to 1, the best first. */
export interface DrawnFindings {
  detections: readonly { label: string; score: number; box: Box }[];
  lines: readonly { polygon: Quadrilateral }[];
}

/** A drawing that can be painted in any context whose coordinates are pixels of the upright photo. */
export type Painter = (context: SKRSContext2D) => void;

// The font comes with the program: a server need not have any of its own.
const FONT = 'DetectX Tags';
const fontFile = '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2';
GlobalFonts.registerFromPath(createRequire(import.meta.url).resolve(fontFile), FONT);

/** Around every coloured or white line, so that it shows on a picture of its own colour too. */
const DARK = 'rgba(0, 0, 0, 0.65)';

/** Longest side of the picture, in pixels, for which lines are 2 pixels wide and letters 14 high; both grow with it. */
const REFERENCE_SIDE = 1000;

/** Prepares the drawing of boxes with their tags, and of outlines around text lines. */
export function findingsOverlay({ detections, lines }: DrawnFindings, picture: Size): Painter {
  const unit = Math.max(0.8, Math.max(picture.width, picture.height) / REFERENCE_SIDE);
  const font = `600 ${14 * unit}px "${FONT}"`;
  const tags = detections.map(tagText);
  const sizes = measure(tags, font, unit);
  const requests = detections.map(({ box }, i) => ({ box, tag: sizes[i] ?? { width: 0, height: 0 } }));
  const places = placeTags(requests, picture, 2 * unit);

  return (context) => {
    for (const { polygon } of lines) outline(context, unit, '#ffffff', () => trace(context, polygon));
    // The surest is drawn last and lies on top.
    for (const { label, box } of [...detections].reverse()) {
      outline(context, 2 * unit, labelColour(label), () => context.rect(...within(box, picture, unit)));
    }
    context.font = font;
    context.textBaseline = 'middle';
    for (const [i, place] of places.entries()) {
      const colour = labelColour(detections[i]?.label ?? '');
      context.fillStyle = colour;
      context.fillRect(place.x, place.y, place.width, place.height);
      context.fillStyle = inkOn(colour);
      context.fillText(tags[i] ?? '', place.x + 5 * unit, place.y + place.height / 2);
    }
  };
}

function measure(tags: readonly string[], font: string, unit: number): Size[] {
  const context = createCanvas(1, 1).getContext('2d');
  context.font = font;
  return tags.map((tag) => ({ width: context.measureText(tag).width + 10 * unit, height: 20 * unit }));
}

function outline(context: SKRSContext2D, width: number, colour: string, path: () => void): void {
  context.beginPath();
  path();
  context.lineJoin = 'round';
  context.strokeStyle = DARK;
  context.lineWidth = width * 2;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

function trace(context: SKRSContext2D, polygon: Quadrilateral): void {
  for (const [x, y] of polygon) context.lineTo(x, y);
  context.closePath();
}

/** A box at the picture's edge keeps its line inside. */
function within(
  box: Box,
  picture: Size,
  margin: number,
): [x: number, y: number, width: number, height: number] {
  const [left, top] = [Math.max(margin, box.x), Math.max(margin, box.y)];
  const right = Math.min(picture.width - margin, box.x + box.width);
  const bottom = Math.min(picture.height - margin, box.y + box.height);
  return [left, top, Math.max(0, right - left), Math.max(0, bottom - top)];
}
