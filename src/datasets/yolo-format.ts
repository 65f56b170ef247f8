import type { CorrectedDetection } from '../corrections/corrected-findings.ts';
import { AppError } from '../errors.ts';
import { hundredths } from '../imaging/geometry.ts';
import type { Size } from '../imaging/pixels.ts';
import { boxesAlone, type DatasetPhoto } from './dataset.ts';
import type { DatasetFormat, DatasetWriter, WriterParts } from './dataset-format.ts';
import { LabelNumbers } from './label-numbers.ts';
import { stemOf } from './picture-name.ts';
import type { ZipReader } from './zip-reader.ts';

const PICTURES = 'images';
const DESCRIPTION = 'data.yaml';

/** Enough to find a hundredth of a pixel again in a picture of a hundred thousand. */
const DECIMALS = 10;

/**
 * The form that Ultralytics' YOLO trains on (https://docs.ultralytics.com/datasets/detect): for each picture a text file with
 * the class and the normalised box of each object. It carries neither scores nor text.
 */
export const yoloFormat: DatasetFormat = {
  pictures: PICTURES,
  carried: boxesAlone,
  write: (parts) => new YoloWriter(parts),
  read: readYolo,
};

class YoloWriter implements DatasetWriter {
  readonly #zip: WriterParts['zip'];
  readonly #labels: LabelNumbers;

  constructor({ zip, labels }: WriterParts) {
    this.#zip = zip;
    // Classes are numbered without gaps.
    this.#labels = new LabelNumbers(labels.map(({ name }, id) => ({ id, name })));
  }

  async add({ name, detections, ...size }: DatasetPhoto): Promise<void> {
    const rows = detections.map(({ label, box }) => {
      const middle = [(box.x + box.width / 2) / size.width, (box.y + box.height / 2) / size.height];
      const extent = [box.width / size.width, box.height / size.height];
      return `${this.#labels.of(label)} ${[...middle, ...extent].map(decimal).join(' ')}\n`;
    });
    this.#zip.addText(labelFile(name), rows.join(''));
  }

  async finish(): Promise<void> {
    // A JSON string is a YAML string. Without a `path` the folders are beside this file, wherever a trainer is started.
    const names = this.#labels.all().map(({ id, name }) => `  ${id}: ${JSON.stringify(name)}\n`);
    this.#zip.addText(DESCRIPTION, `train: ${PICTURES}\nval: ${PICTURES}\nnames:\n${names.join('')}`);
  }
}

async function* readYolo(zip: ZipReader, sizeOf: (name: string) => Size): AsyncGenerator<DatasetPhoto> {
  const labels = readNames(await zip.wholeText(DESCRIPTION));
  for (const file of zip.names()) {
    const [folder, name = ''] = file.split('/');
    if (folder !== PICTURES) continue;
    const size = sizeOf(name);
    const rows = (await zip.wholeText(labelFile(name))).split('\n').filter((row) => row !== '');
    const detections = rows.map((row) => readRow(row, labels, size));
    yield { name, originalName: '', width: size.width, height: size.height, detections, lines: [] };
  }
}

function readNames(yaml: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const [, id, name] of yaml.matchAll(/^ {2}(\d+): (".*")$/gm)) {
    names.set(Number(id), String(JSON.parse(name ?? '')));
  }
  return names;
}

function readRow(row: string, labels: ReadonlyMap<number, string>, size: Size): CorrectedDetection {
  const [id, x = NaN, y = NaN, width = NaN, height = NaN] = row.split(' ').map(Number);
  const label = labels.get(id ?? NaN);
  if (label === undefined) throw new AppError('invalid_input', `There is no class for “${row}”.`);
  return {
    label,
    box: {
      x: hundredths((x - width / 2) * size.width),
      y: hundredths((y - height / 2) * size.height),
      width: hundredths(width * size.width),
      height: hundredths(height * size.height),
    },
    score: null,
  };
}

function labelFile(name: string): string {
  return `labels/${stemOf(name)}.txt`;
}

/** Without an exponent, which not every reader of the format takes. */
function decimal(value: number): string {
  return value.toFixed(DECIMALS).replace(/\.?0+$/, '');
}
