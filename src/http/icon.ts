import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../project-root.ts';

const ICONS = [
  'arrow-down',
  'arrow-counterclockwise',
  'arrow-left',
  'arrow-repeat',
  'arrow-right',
  'arrow-up',
  'body-text',
  'bookmark',
  'bounding-box-circles',
  'braces',
  'camera',
  'chat-left-text',
  'check-lg',
  'chevron-down',
  'chevron-left',
  'chevron-right',
  'circle-half',
  'clipboard',
  'cloud-arrow-up',
  'download',
  'eraser',
  'exclamation-triangle',
  'fullscreen',
  'funnel',
  'hourglass-split',
  'images',
  'info-circle',
  'moon',
  'pencil',
  'plus-square',
  'star',
  'star-fill',
  'question-circle',
  'search',
  'sun',
  'trash',
  'x-lg',
  'zoom-in',
  'zoom-out',
] as const;

const drawings = new Map<string, string>(ICONS.map((name) => [name, read(name)]));

/**
 * An outline icon as inline SVG in the colour and size of the text around it. It is hidden from assistive
 * technology: put words beside it, or name the control that it stands in.
 */
export function icon(name: string): string {
  const drawing = drawings.get(name);
  if (drawing === undefined) throw new Error(`No icon named ${name}: add it to the list in icon.ts.`);
  return drawing;
}

function read(name: string): string {
  const file = path.join(PROJECT_ROOT, 'node_modules', 'bootstrap-icons', 'icons', `${name}.svg`);
  const paths = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(readFileSync(file, 'utf8'))?.[1]?.trim() ?? '';
  return `<svg class="icon" viewBox="0 0 16 16" width="16" height="16" fill="currentColor" aria-hidden="true" focusable="false">${paths}</svg>`;
}
