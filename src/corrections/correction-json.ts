import { detectionJson, lineJson } from '../photos/photo-json.ts';
import { type Corrections, canUndo } from './correction-service.ts';

/** The corrections of a photo as the API shows them. */
export function correctionsJson({ version, state, steps }: Corrections) {
  return {
    version,
    canUndo: canUndo(steps[0]),
    detections: state.detections.map(({ id, position, verdict, ...detection }) => ({
      id,
      ...detectionJson(detection),
      verdict,
      position,
    })),
    lines: state.lines.map(({ id, position, verdict, ...line }) => ({
      id,
      ...lineJson(line),
      verdict,
      position,
    })),
    acts: steps.map(({ kind, madeAt }) => ({ act: kind, madeAt: madeAt.toISOString() })),
  };
}
