import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Detection, Line } from '../inference/analysis.ts';
import { photoOverlay } from '../photos/overlay-view.ts';
import type { PhotoOverlay } from '../photos/photo-view.ts';
import { PROJECT_ROOT } from '../project-root.ts';

/** What of the API's Photo the front page needs. */
interface ExampleResult {
  filename: string;
  width: number;
  height: number;
  detections: Detection[];
  lines: Line[];
}

/** The picture on the front page with its result, both made by this program and kept in `public/images/`. */
export function readExamplePhoto(): PhotoOverlay {
  const file = path.join(PROJECT_ROOT, 'public', 'images', 'example.json');
  const result = JSON.parse(readFileSync(file, 'utf8')) as ExampleResult;
  return photoOverlay(
    { ...result, status: 'analysed' },
    { imageUrl: `/assets/images/${result.filename}`, thumbnailUrl: null },
  );
}
