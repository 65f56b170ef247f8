import path from 'node:path';
import { Readable } from 'node:stream';
import type { CorrectedDetection, CorrectedLine } from '../corrections/corrected-findings.ts';
import { AppError } from '../errors.ts';
import { type CsvCell, csvLines, csvRows, textIn } from './csv-rows.ts';
import { type DatasetPhoto, quadrilateral } from './dataset.ts';
import type { DatasetFormat, DatasetWriter, WriterParts } from './dataset-format.ts';
import { Groups } from './groups.ts';
import { PartFile } from './part-file.ts';
import type { ZipReader } from './zip-reader.ts';

/** The tables, with their columns; the first column of each is the name of the photo. */
const TABLES = {
  photos: ['photo', 'original_name', 'width', 'height'],
  detections: ['photo', 'label', 'score', 'x', 'y', 'width', 'height'],
  lines: ['photo', 'text', 'score', 'x1', 'y1', 'x2', 'y2', 'x3', 'y3', 'x4', 'y4'],
} as const;

type Table = keyof typeof TABLES;

/** Three tables for spreadsheets: the photos, a row for each detection, a row for each line of text. Without pictures. */
export const csvFormat: DatasetFormat = {
  pictures: null,
  carried: (photo) => photo,
  write: (parts) => new CsvWriter(parts),
  read: readCsv,
};

class CsvWriter implements DatasetWriter {
  readonly #zip: WriterParts['zip'];
  readonly #tables: ReadonlyMap<Table, PartFile>;

  constructor({ zip, scratch }: WriterParts) {
    this.#zip = zip;
    const names = Object.keys(TABLES) as Table[];
    this.#tables = new Map(names.map((table) => [table, new PartFile(path.join(scratch, table))]));
  }

  async add({ name, originalName, width, height, detections, lines }: DatasetPhoto): Promise<void> {
    await this.#append('photos', [[name, originalName, width, height]]);
    await this.#append(
      'detections',
      detections.map(({ label, score, box }) => [name, label, score, box.x, box.y, box.width, box.height]),
    );
    await this.#append(
      'lines',
      lines.map(({ text, score, polygon }) => [name, text, score, ...polygon.flat()]),
    );
  }

  async finish(): Promise<void> {
    for (const [table, part] of this.#tables) {
      const content = Readable.from(withHead(table, part), { objectMode: false });
      await this.#zip.addStream(`${table}.csv`, content);
    }
  }

  async #append(table: Table, rows: CsvCell[][]): Promise<void> {
    await this.#tables.get(table)?.append(csvLines(rows));
  }
}

async function* withHead(table: Table, part: PartFile): AsyncGenerator<string> {
  yield `${TABLES[table].join(',')}\n`;
  yield* part.read();
}

/** All tables are in the order of the photos. */
async function* readCsv(zip: ZipReader): AsyncGenerator<DatasetPhoto> {
  const groups = (table: Table) => new Groups(rowsOf(zip, table), ([photo]) => photo);
  const [detectionRows, lineRows] = [groups('detections'), groups('lines')];
  for await (const [photo = '', originalName = '', width, height] of rowsOf(zip, 'photos')) {
    const detections: CorrectedDetection[] = [];
    for await (const row of detectionRows.of(photo)) detections.push(readDetection(row));
    const lines: CorrectedLine[] = [];
    for await (const row of lineRows.of(photo)) lines.push(readLine(row));
    const size = { width: Number(width), height: Number(height) };
    yield { name: textIn(photo), originalName: textIn(originalName), ...size, detections, lines };
  }
  if (!((await detectionRows.empty()) && (await lineRows.empty()))) {
    throw new AppError('invalid_input', 'There are rows of photos that are not there.');
  }
}

async function* rowsOf(zip: ZipReader, table: Table): AsyncGenerator<string[]> {
  let head = true;
  for await (const row of csvRows(zip.text(`${table}.csv`))) {
    if (!head) yield row;
    head = false;
  }
}

function readDetection([, label = '', score, ...numbers]: string[]): CorrectedDetection {
  const [x = NaN, y = NaN, width = NaN, height = NaN] = numbers.map(Number);
  return { label: textIn(label), score: readScore(score), box: { x, y, width, height } };
}

function readLine([, text = '', score, ...numbers]: string[]): CorrectedLine {
  return { text: textIn(text), score: readScore(score), polygon: quadrilateral(numbers.map(Number)) };
}

function readScore(cell: string | undefined): number | null {
  return cell ? Number(cell) : null;
}
