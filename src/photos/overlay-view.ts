import { inkOn, labelColour } from '../imaging/label-colours.ts';
import { firstViewTags } from './first-view-tags.ts';
import {
  type DetectionView,
  describe,
  type LineView,
  labelChips,
  type Neighbours,
  type PhotoOverlay,
  type PhotoPage,
  type ShownLine,
  type ShownPhoto,
  shapeClasses,
} from './photo-view.ts';

/** Where the overlay's picture comes from. */
interface PictureUrls {
  imageUrl: string;
  thumbnailUrl: string | null;
}

/** Formats that every browser shows, with one frame as a still picture; for others the page takes a preview. */
const SHOWN_AS_THEY_ARE = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/avif']);

/** The page of one photo. */
export function photoPage(
  photo: ShownPhoto,
  neighbours: Neighbours,
  { own, shownAs }: Pick<PhotoPage, 'own' | 'shownAs'>,
): PhotoPage {
  const base = `/photos/${photo.id}`;
  const page = (id: string | null) => (id === null ? null : `/photos/${id}`);
  return {
    id: photo.id,
    filename: photo.filename,
    own,
    status: photo.status,
    error: photo.error ?? null,
    createdAt: photo.createdAt.toISOString(),
    bytes: photo.bytes,
    sha256: photo.sha256,
    overlay: photoOverlay(photo, pictureUrls(photo)),
    models: Object.entries(photo.models ?? {}).map(([name, version]) => ({ name, version })),
    engine: photo.engine,
    timings: photo.timings,
    links: {
      original: `${base}/original`,
      annotated: shownAs === 'corrected' ? null : `${base}/annotated`,
      json: `/api/v1/photos/${photo.id}${shownAs === 'corrected' ? '?as=corrected' : ''}`,
      remove: `${base}/delete`,
      analyse: `${base}/analyse`,
      feedback: own ? `/feedback?photoId=${photo.id}` : null,
      correct: own && photo.status === 'analysed' ? `${base}/correct` : null,
    },
    shownAs,
    takenOut: photo.takenOut ?? { objects: false, lines: false },
    previousHref: page(neighbours.previousId),
    nextHref: page(neighbours.nextId),
  };
}

/** Where a browser gets the picture of a stored photo. */
export function pictureUrls({
  id,
  mediaType,
  frames,
}: Pick<ShownPhoto, 'id' | 'mediaType' | 'frames'>): PictureUrls {
  const showsAsItIs = frames === 1 && SHOWN_AS_THEY_ARE.has(mediaType);
  return {
    imageUrl: `/photos/${id}/${showsAsItIs ? 'original' : 'preview'}`,
    thumbnailUrl: `/photos/${id}/thumbnail`,
  };
}

/** A picture and what was found in it, ready to be drawn. */
export function photoOverlay(
  photo: Pick<ShownPhoto, 'filename' | 'status' | 'width' | 'height' | 'detections' | 'lines'>,
  urls: PictureUrls,
): PhotoOverlay {
  const lowest = Math.min(1, ...photo.detections.map(({ score }) => score ?? 1));
  return {
    ...urls,
    width: photo.width,
    height: photo.height,
    shape: shapeClasses(photo.width, photo.height),
    alt: describe(photo),
    detections: detectionViews(photo),
    lines: photo.lines.map(lineView),
    labels: labelChips(photo.detections),
    text: photo.lines.map((line) => line.text).join('\n'),
    minPercent: photo.detections.length === 0 ? 0 : Math.floor(lowest * 20) * 5,
  };
}

function detectionViews(photo: Pick<ShownPhoto, 'width' | 'height' | 'detections'>): DetectionView[] {
  // The score of what was changed is that of something else.
  const tagged = photo.detections.map((detection) =>
    detection.mark === 'changed' ? { ...detection, score: null } : detection,
  );
  return firstViewTags(tagged, photo).flatMap((tag, index) => {
    const detection = photo.detections[index];
    if (detection === undefined) return [];
    const colour = labelColour(detection.label);
    const { id = index, label, score, box, mark = null } = detection;
    return [{ index: id, label, score, box, mark, colour, ink: inkOn(colour), tag }];
  });
}

function lineView({ id, text, score, polygon, mark = null }: ShownLine, index: number): LineView {
  const [topLeft, , bottomRight, bottomLeft] = polygon;
  const across = [bottomRight[0] - bottomLeft[0], bottomRight[1] - bottomLeft[1]] as const;
  const down = [bottomLeft[0] - topLeft[0], bottomLeft[1] - topLeft[1]] as const;
  return {
    index: id ?? index,
    text,
    score,
    mark,
    points: polygon.map(([x, y]) => `${tenths(x)},${tenths(y)}`).join(' '),
    x: tenths(bottomLeft[0]),
    y: tenths(bottomLeft[1]),
    angle: tenths((Math.atan2(across[1], across[0]) * 180) / Math.PI),
    length: tenths(Math.hypot(...across)),
    height: tenths(Math.hypot(...down)),
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
