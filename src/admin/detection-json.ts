import { detectionJson, photoLinks } from '../photos/photo-json.ts';
import type { DetectionEntry } from './detection-history.ts';

/** A detection of the history as the API shows it. */
export function detectionEntryJson(entry: DetectionEntry) {
  const { id, photo, user, model, engine, verdict } = entry;
  return {
    id,
    ...detectionJson(entry),
    photo: {
      id: photo.id,
      filename: photo.filename,
      width: photo.width,
      height: photo.height,
      createdAt: photo.createdAt.toISOString(),
      links: photoLinks(photo.id),
    },
    user,
    model,
    engine,
    verdict,
  };
}
