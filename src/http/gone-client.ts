/** What streams and Express say when whoever asked has gone away, or was sent away, before the answer was all there. */
const CODES: readonly unknown[] = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNABORTED', 'ECONNRESET', 'EPIPE'];

/** Whether an answer broke off because nobody takes it any more: that is nobody's fault, and not to be logged as one. */
export function isGoneClient(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CODES.includes(error.code);
}
