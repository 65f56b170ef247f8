/** What became of one photo of a data set. */
export interface ImportedPhoto {
  /** As the annotations name it. */
  name: string;
  /** The name that it has here. */
  filename: string;
  /**
   * `known`: the same picture was here already; its corrections are those of the data set now. `incomplete`: the picture is
   * here, without what the data set says of it. `refused`: nothing of it was kept.
   */
  outcome: 'taken' | 'known' | 'incomplete' | 'refused';
  /** Null when it was refused. */
  photoId: string | null;
  /** What its corrections say now. */
  detections: number;
  lines: number;
  /** What was left out, and why. */
  notes: readonly string[];
}

export interface ImportReport {
  /** In the order of the annotations. */
  photos: readonly ImportedPhoto[];
  /** What concerns the data set as a whole. */
  notes: readonly string[];
}

/** How many photos of a report came to what. */
export function countsOf({ photos }: ImportReport): Record<ImportedPhoto['outcome'], number> {
  const counts = { taken: 0, known: 0, incomplete: 0, refused: 0 };
  for (const { outcome } of photos) counts[outcome] += 1;
  return counts;
}
