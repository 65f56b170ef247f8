import type { Box, Quadrilateral } from '../imaging/geometry.ts';
import type { Photo } from '../photos/photo.ts';

/** An object as the owner of the photo has it. */
export interface CorrectedDetection {
  label: string;
  box: Box;
  /** That of the detection that it stems from, 0 to 1; null for one that was drawn, or imported without one. */
  score: number | null;
}

/** A text line as the owner of the photo has it. */
export interface CorrectedLine {
  text: string;
  polygon: Quadrilateral;
  /** That of the line that it stems from, 0 to 1; null for one that was imported without one. */
  score: number | null;
}

/** What is said of a photo elsewhere, as by a data set, and how far that goes. */
export interface GivenFindings extends CorrectedFindings {
  /** Labels that it knows, whatever their letter case and hyphens: of other objects it says nothing. */
  labels: readonly string[];
  /** Whether it speaks of text. */
  text: boolean;
  /** Where, in pixels of the upright photo, it says more than is given here; null where that place is not known. */
  gaps: { detections: readonly (Box | null)[]; lines: readonly (Box | null)[] };
}

/** What tells what is in photos according to their owners. */
export interface CorrectionReader {
  /** By photo; photos without corrections are left out. */
  correctedOf(
    photos: readonly Pick<Photo, 'id' | 'findings'>[],
  ): Promise<ReadonlyMap<string, CorrectedFindings>>;
}

/** What is in a photo according to its owner: what the models found, without their mistakes, with what they missed. */
export interface CorrectedFindings {
  /** In the order of the models' answer, the surest first, then those that were drawn; or in that of the data set they came with. */
  detections: readonly CorrectedDetection[];
  /** In reading order, or in that of the data set. */
  lines: readonly CorrectedLine[];
}
