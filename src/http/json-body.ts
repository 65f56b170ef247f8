import type { RequestHandler } from 'express';
import { AppError } from '../errors.ts';

/**
 * Refuses a body that is not JSON, which would count as none: the call may have no body at all.
 * @throws {AppError} `unsupported_media_type`
 */
export const demandJson: RequestHandler = (req, _res, next) => {
  const hasBody = Number(req.get('content-length')) > 0 || req.get('transfer-encoding') !== undefined;
  if (hasBody && !req.is('application/json')) {
    throw new AppError(
      'unsupported_media_type',
      'This call takes JSON. Send its body with the header Content-Type: application/json.',
    );
  }
  next();
};
