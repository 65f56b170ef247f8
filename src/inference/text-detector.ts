import type { Quadrilateral } from '../imaging/geometry.ts';
import { letterbox } from '../imaging/letterbox.ts';
import type { Pixels } from '../imaging/pixels.ts';
import { resizePixels } from '../imaging/resize.ts';
import { outputOf } from './engine.ts';
import { fitToModel } from './input-size.ts';
import type { ModelCalls } from './model-calls.ts';
import type { TextDetectorManifest } from './model-manifest.ts';
import { findTextRegions } from './postprocessing/text-regions.ts';

/** Small pictures are enlarged at most this much: their text gets the size that the model knows. */
const MAX_ENLARGEMENT = 2;

/** Finds where text stands in a picture. */
export class TextDetector {
  readonly #manifest: TextDetectorManifest;

  constructor(manifest: TextDetectorManifest) {
    this.#manifest = manifest;
  }

  /** The corners of every text line in reading direction, in pixels of the picture, in no particular order. */
  async detect(picture: Pixels, models: ModelCalls): Promise<Quadrilateral[]> {
    const { scaled, padded, paddingValue } = fitToModel(picture, this.#manifest.inputSize, MAX_ENLARGEMENT);
    const resized = await resizePixels(picture, scaled, 'lanczos3');
    const { pixels, left, top } = letterbox(resized, padded, paddingValue);
    const { width, height } = pixels;
    const input = { dtype: 'uint8' as const, shape: [1, height, width, 3], data: pixels.data };
    const outputs = await models.predict('text_detector', { image: input });
    const { data } = outputOf(outputs, 'map', 'uint8', [1, height, width]);
    const [scaleX, scaleY] = [picture.width / scaled.width, picture.height / scaled.height];
    return findTextRegions({ data, width, height }, this.#manifest).map(
      ([a, b, c, d]): Quadrilateral => [
        [(a[0] - left) * scaleX, (a[1] - top) * scaleY],
        [(b[0] - left) * scaleX, (b[1] - top) * scaleY],
        [(c[0] - left) * scaleX, (c[1] - top) * scaleY],
        [(d[0] - left) * scaleX, (d[1] - top) * scaleY],
      ],
    );
  }
}
