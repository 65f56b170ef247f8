import { setTimeout as delay } from 'node:timers/promises';
import type { RequestHandler, Response } from 'express';
import { AppError } from '../errors.ts';
import { currentMember } from '../http/current-member.ts';
import { ERROR_STATUS } from '../http/error-status.ts';
import type { Route } from '../http/route.ts';
import { type UploadedFile, type UploadReceiver, uploadedFiles } from '../http/upload.ts';
import { displayName } from './display-name.ts';
import type { AnalysisRequest, Photo } from './photo.ts';
import type { PhotoService } from './photo-service.ts';
import { labelChips } from './photo-view.ts';
import type { UploadOutcome, UploadPage, UploadRules } from './upload-view.ts';

export interface UploadPagesOptions {
  photos: PhotoService;
  upload: UploadReceiver;
  limits: UploadRules;
  /** What a photo that comes by the page is analysed for. */
  request: AnalysisRequest;
}

/** A page is not kept waiting longer than this for the analyses of what it sent; they go on all the same. */
const LONGEST_WAIT_MS = 5000;

/** The upload page and the form that it sends. */
export function uploadPages({ photos, upload, limits, request }: UploadPagesOptions): Route[] {
  const receive: RequestHandler = async (req, res) => {
    const memberId = currentMember(req).id;
    const files = uploadedFiles(req);
    const takings: (() => Promise<UploadOutcome>)[] = [];
    try {
      for (const file of files) takings.push(await take(memberId, file));
    } finally {
      // After a fault those behind it are still there.
      await Promise.all(files.map((file) => photos.discard(file)));
    }
    const outcomes = await Promise.all(takings.map((outcome) => outcome()));
    const [only] = outcomes;
    if (outcomes.length === 1 && only?.href) res.redirect(303, only.href);
    else renderUpload(res, { outcomes, message: null }, outcomes.some(({ href }) => href) ? 200 : 422);
  };

  /** Keeps one file and gives a way to wait for its analysis; a refusal concerns that file alone. */
  async function take(memberId: string, file: UploadedFile): Promise<() => Promise<UploadOutcome>> {
    try {
      const { photo, existing, asked } = await photos.add(memberId, file, request);
      photos.analyseInBackground(photo, asked);
      return async () => outcomeOf(await analysedInTime(photo, asked), existing, photos.whyWaiting(photo.id));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return async () => refused(file, error);
    }
  }

  /** The photo with its analysis, or as it is when that takes too long or cannot begin. */
  async function analysedInTime(photo: Photo, asked: AnalysisRequest): Promise<Photo> {
    const patience = new AbortController();
    const tooLong = delay(LONGEST_WAIT_MS, photo, { signal: patience.signal }).catch(() => photo);
    try {
      return await Promise.race([photos.analyse(photo, asked).catch(() => photo), tooLong]);
    } finally {
      patience.abort();
    }
  }

  /** A form that was refused as a whole comes back with the reason instead of an error page. */
  const receiveForm: RequestHandler = (req, res, next) => {
    upload.toDisk(req, res, (error: unknown) => {
      if (
        error instanceof AppError &&
        (error.code === 'invalid_input' || error.code === 'upload_too_large')
      ) {
        renderUpload(res, { outcomes: [], message: error.message }, ERROR_STATUS[error.code].status);
      } else next(error);
    });
  };

  function renderUpload(res: Response, page: Pick<UploadPage, 'outcomes' | 'message'>, status: number): void {
    const model: UploadPage = { limits, ...page };
    res.status(status).render('photos/new', model);
  }

  return [
    {
      method: 'GET',
      path: '/photos/new',
      access: 'member',
      handler: (_req, res) => renderUpload(res, { outcomes: [], message: null }, 200),
    },
    {
      method: 'POST',
      path: '/photos',
      access: 'member',
      csrf: 'in-upload',
      handler: [receiveForm, receive],
    },
  ];
}

function outcomeOf(photo: Photo, existing: boolean, whyWaiting: string | null): UploadOutcome {
  return {
    filename: photo.filename,
    kind: existing && photo.status === 'analysed' ? 'existing' : photo.status,
    message: photo.status === 'queued' ? whyWaiting : photo.error,
    href: `/photos/${photo.id}`,
    labels: labelChips(photo.findings?.detections ?? []),
  };
}

function refused(file: UploadedFile, { message }: AppError): UploadOutcome {
  return { filename: displayName(file.filename), kind: 'refused', message, href: null, labels: [] };
}
