import { type ServiceError, status } from '@grpc/grpc-js';
import { AppError } from '../../errors.ts';

/** When it is worth asking again: the server is looked at about as often. */
export const RETRY_AFTER_SECONDS = 5;

/**
 * What a failed call means for the photo that it was made for. Codes are matched, since the texts of TensorFlow
 * Serving change with its versions.
 */
export function toAppError(error: ServiceError): AppError {
  const options = { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS };
  switch (error.code) {
    case status.UNAVAILABLE:
      return new AppError(
        'engine_unavailable',
        'The analysis engine cannot be reached at the moment.',
        options,
      );
    case status.DEADLINE_EXCEEDED:
      return new AppError('engine_unavailable', 'The analysis engine does not answer in time.', options);
    case status.RESOURCE_EXHAUSTED:
      return overloaded(error);
    // No such model or version, no such signature, no such service, or no right to call it: all of it can be mended
    // at the server, and then the photo can be analysed.
    case status.NOT_FOUND:
    case status.FAILED_PRECONDITION:
    case status.UNIMPLEMENTED:
    case status.UNAUTHENTICATED:
    case status.PERMISSION_DENIED:
      return new AppError('engine_unavailable', 'The analysis engine has no model for this.', options);
    case status.INVALID_ARGUMENT:
    case status.OUT_OF_RANGE:
      return new AppError('analysis_failed', 'The model does not take this picture.', { cause: error });
    default:
      return new AppError('engine_failed', 'The analysis was interrupted. Please try again.', options);
  }
}

/** Why a server tells nothing of a model, for admins. */
export function statusReason(error: unknown): string {
  const { code, details } = error as Partial<ServiceError>;
  switch (code) {
    case status.UNAVAILABLE:
      return 'TensorFlow Serving cannot be reached.';
    case status.DEADLINE_EXCEEDED:
      return 'TensorFlow Serving does not answer in time.';
    case status.NOT_FOUND:
      return 'TensorFlow Serving has no such model or version.';
    default:
      return details ?? String(error);
  }
}

/** Whether a failed call tells that the next ones will fail as well, whatever their photo. */
export function isOutage(error: unknown): boolean {
  const { code } = error as Partial<ServiceError>;
  return code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED;
}

/** Whether a call has been given up because its time ran out. */
export function isOverdue(error: unknown): boolean {
  return (error as Partial<ServiceError>).code === status.DEADLINE_EXCEEDED;
}

/** Whether a call was refused for what it asked: because of its picture, or because no picture would do. */
export function refusesPicture(error: unknown): boolean {
  const { code } = error as Partial<ServiceError>;
  return code === status.INVALID_ARGUMENT || code === status.OUT_OF_RANGE;
}

/** Whether a server had no room for a call, which says nothing of its picture. */
export function isOverload(error: unknown): boolean {
  return (error as Partial<ServiceError>).code === status.RESOURCE_EXHAUSTED;
}

/** The end of an analysis that the server has no room for. */
export function overloaded(cause: unknown): AppError {
  return new AppError('engine_overloaded', 'The analysis engine is overloaded.', {
    cause,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

/** The end of an analysis whose own time has run out: its photo may be to blame, or a server that is slow. */
export function overdue(cause: unknown): AppError {
  return new AppError('engine_failed', 'The analysis took too long.', {
    cause,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

/** The refusal while calls are not even tried. */
export function unavailable(cause: unknown): AppError {
  return new AppError('engine_unavailable', 'The analysis engine cannot be reached at the moment.', {
    cause,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
