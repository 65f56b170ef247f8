import type { Database } from '../database/database.ts';
import type { Findings } from '../photos/photo.ts';
import { stateAfter } from './correction-matching.ts';
import { type CorrectionState, type Verdict, verdictsOn } from './correction-state.ts';

/**
 * What the corrections of a photo say of each detection in an answer of the models that it is about to get, by position.
 * @param transaction That which keeps the answer. It holds the photo's row: corrections wait for its end.
 */
export async function verdictsInForce(
  transaction: Database,
  photoId: string,
  findings: Findings,
): Promise<(Verdict | null)[]> {
  const newest: { state: string; analysed_at: Date | number } | undefined = await transaction('corrections')
    .where({ photo_id: photoId })
    .orderBy('id', 'desc')
    // What holds now: the transaction may have begun to read before a correction that it waited for.
    .forUpdate()
    .first('state', 'analysed_at');
  const step = newest && {
    state: JSON.parse(newest.state) as CorrectionState,
    analysedAt: new Date(newest.analysed_at),
  };
  return verdictsOn(findings.detections, stateAfter(findings, step ?? null));
}
