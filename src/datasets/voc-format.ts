import path from 'node:path';
import { Readable } from 'node:stream';
import type { CorrectedDetection } from '../corrections/corrected-findings.ts';
import { AppError } from '../errors.ts';
import { hundredths } from '../imaging/geometry.ts';
import { boxesAlone, type DatasetPhoto } from './dataset.ts';
import type { DatasetFormat, DatasetWriter, WriterParts } from './dataset-format.ts';
import { PartFile } from './part-file.ts';
import { stemOf } from './picture-name.ts';
import type { ZipReader } from './zip-reader.ts';

const PICTURES = 'JPEGImages';
const LIST = 'ImageSets/Main/trainval.txt';

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' } as const;

/**
 * Pascal VOC (http://host.robots.ox.ac.uk/pascal/VOC/voc2012/devkit_doc.pdf): for each picture an XML file with the corners of
 * each object's box, here in pixels from 0 on and with decimals. It carries neither scores nor text.
 */
export const vocFormat: DatasetFormat = {
  pictures: PICTURES,
  carried: boxesAlone,
  write: (parts) => new VocWriter(parts),
  read: readVoc,
};

class VocWriter implements DatasetWriter {
  readonly #zip: WriterParts['zip'];
  readonly #list: PartFile;

  constructor({ zip, scratch }: WriterParts) {
    this.#zip = zip;
    this.#list = new PartFile(path.join(scratch, 'list'));
  }

  async add(photo: DatasetPhoto): Promise<void> {
    this.#zip.addText(annotationFile(photo.name), annotation(photo));
    await this.#list.append(`${stemOf(photo.name)}\n`);
  }

  async finish(): Promise<void> {
    await this.#zip.addStream(LIST, Readable.from(this.#list.read(), { objectMode: false }));
  }
}

function annotation({ name, width, height, detections }: DatasetPhoto): string {
  const size = `<size><width>${width}</width><height>${height}</height><depth>3</depth></size>`;
  const objects = detections.map(({ label, box }) => {
    const { x, y, width, height } = box;
    const corners = [x, y, hundredths(x + width), hundredths(y + height)];
    return [
      '  <object>',
      `    <name>${escaped(label)}</name>`,
      '    <pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>',
      `    <bndbox>${CORNERS.map((corner, i) => `<${corner}>${corners[i]}</${corner}>`).join('')}</bndbox>`,
      '  </object>',
    ].join('\n');
  });
  return [
    '<annotation>',
    `  <folder>${PICTURES}</folder>`,
    `  <filename>${escaped(name)}</filename>`,
    `  ${size}`,
    '  <segmented>0</segmented>',
    ...objects,
    '</annotation>',
    '',
  ].join('\n');
}

const CORNERS = ['xmin', 'ymin', 'xmax', 'ymax'] as const;

async function* readVoc(zip: ZipReader): AsyncGenerator<DatasetPhoto> {
  for (const file of zip.names()) {
    const [folder, picture = ''] = file.split('/');
    if (folder === PICTURES) yield readAnnotation(await zip.wholeText(annotationFile(picture)));
  }
}

function readAnnotation(xml: string): DatasetPhoto {
  const [head = '', ...objects] = xml.split('<object>');
  return {
    name: unescaped(element(head, 'filename')),
    originalName: '',
    width: Number(element(head, 'width')),
    height: Number(element(head, 'height')),
    detections: objects.map(readObject),
    lines: [],
  };
}

function readObject(xml: string): CorrectedDetection {
  const [x = NaN, y = NaN, right = NaN, bottom = NaN] = CORNERS.map((corner) => Number(element(xml, corner)));
  return {
    label: unescaped(element(xml, 'name')),
    box: { x, y, width: hundredths(right - x), height: hundredths(bottom - y) },
    score: null,
  };
}

function element(xml: string, name: string): string {
  const content = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  if (content === undefined) throw new AppError('invalid_input', `There is no <${name}>.`);
  return content;
}

function annotationFile(name: string): string {
  return `Annotations/${stemOf(name)}.xml`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character as keyof typeof ENTITIES]);
}

function unescaped(text: string): string {
  const characters = Object.entries(ENTITIES);
  return text.replaceAll(/&\w+;/g, (entity) => characters.find(([, name]) => name === entity)?.[0] ?? entity);
}
