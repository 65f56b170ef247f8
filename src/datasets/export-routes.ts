import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { currentMember } from '../http/current-member.ts';
import { isGoneClient } from '../http/gone-client.ts';
import { parse } from '../http/validation.ts';
import type { PhotoService } from '../photos/photo-service.ts';
import type { DatasetExporter } from './dataset-exporter.ts';
import { exportSchema, selectionSchema } from './dataset-schemas.ts';
import type { OriginalsArchive } from './originals-archive.ts';

export interface ExportOptions {
  exporter: DatasetExporter;
  originals: OriginalsArchive;
  photos: Pick<PhotoService, 'knownLabels'>;
  /** Names that the detector knows. */
  labels: readonly string[];
  /** Milliseconds after which a download of which nobody takes a byte is broken off: it keeps others from theirs. */
  idleMs: number;
}

/** Names of detections that the member who asks can choose photos by: the same as in the gallery. */
export function choosableLabels(
  req: Request,
  { photos, labels }: Pick<ExportOptions, 'photos' | 'labels'>,
): Promise<string[]> {
  return photos.knownLabels(currentMember(req).id, labels);
}

/**
 * Answers with the data set that the body asks for.
 * @throws {AppError} before anything is sent.
 */
export async function sendDataset(
  req: Request,
  res: Response,
  { exporter, ...options }: ExportOptions,
): Promise<void> {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const request = parse(exportSchema(await choosableLabels(req, options)), req.body);
  const dataset = await exporter
    .export(currentMember(req).id, request, gone.signal)
    .catch((error: unknown) => {
      if (!gone.signal.aborted) throw error;
    });
  // Nobody waits for it any more.
  if (!dataset) return;
  try {
    res.attachment(dataset.filename).type('application/zip');
    res.set('Content-Length', String(dataset.bytes));
    await deliver(res, options.idleMs, () => pipeline(dataset.content, res));
  } finally {
    await dataset.discard();
  }
}

/** Answers with the originals of the photos that the body names; as `sendDataset`. */
export async function sendOriginals(
  req: Request,
  res: Response,
  { originals, ...options }: ExportOptions,
): Promise<void> {
  const selection = parse(selectionSchema(await choosableLabels(req, options)), req.body);
  const write = await originals.open(currentMember(req).id, selection);
  res.attachment('detectx-photos.zip').type('application/zip');
  await deliver(res, options.idleMs, () => write(res));
}

async function deliver(res: Response, idleMs: number, send: () => Promise<void>): Promise<void> {
  res.setTimeout(idleMs, () => res.destroy());
  await send().catch((error: unknown) => {
    if (!isGoneClient(error)) throw error;
  });
}
