import type { Request, Response } from 'express';
import type { Route } from '../http/route.ts';
import { type UploadReceiver, uploadedPhoto } from '../http/upload.ts';
import { checkQuery, parse } from '../http/validation.ts';
import type { Analyser } from './analysis-queue.ts';
import { displayName } from './display-name.ts';
import { passingPhotoJson, textJson } from './photo-json.ts';
import { analysisRequestSchema } from './photo-schemas.ts';

export interface AnalysisApiOptions {
  analyser: Analyser;
  upload: UploadReceiver;
  /** 0 to 1; taken when a call gives no `minScore`. */
  defaultMinScore: number;
  /** Names that detections can have. */
  labels: readonly string[];
}

/** Analyses that keep nothing: `/api/v1/detect`, `/api/v1/extract`; and the labels that they know. */
export function analysisApi({ analyser, upload, defaultMinScore, labels }: AnalysisApiOptions): Route[] {
  const requestSchema = analysisRequestSchema(defaultMinScore);

  async function detect(req: Request, res: Response): Promise<void> {
    const { filename, sha256, bytes } = uploadedPhoto(req);
    // Taken before the analysis, which takes the bytes over.
    const picture = { filename: displayName(filename), bytes: bytes.length, sha256, createdAt: new Date() };
    const { width, height, ...findings } = await analyser.analyse(bytes, parse(requestSchema, req.query));
    res.json(passingPhotoJson({ ...picture, width, height }, findings));
  }

  async function extract(req: Request, res: Response): Promise<void> {
    const { bytes } = uploadedPhoto(req);
    res.json(textJson(await analyser.analyse(bytes, { tasks: ['text'], minScore: defaultMinScore })));
  }

  return [
    {
      method: 'POST',
      path: '/api/v1/detect',
      access: 'member',
      csrf: 'in-upload',
      changesNothing: true,
      handler: [checkQuery(requestSchema), upload.toMemory, detect],
    },
    {
      method: 'POST',
      path: '/api/v1/extract',
      access: 'member',
      csrf: 'in-upload',
      changesNothing: true,
      handler: [upload.toMemory, extract],
    },
    {
      method: 'GET',
      path: '/api/v1/labels',
      access: 'member',
      handler: (_req, res) => {
        res.json({ labels });
      },
    },
  ];
}
