import { type Box, boundsOf } from '../imaging/geometry.ts';
import { intersectionOverUnion } from '../inference/postprocessing/non-maximum-suppression.ts';
import { spelling } from '../photos/label-spelling.ts';
import type { Findings } from '../photos/photo.ts';
import type { CorrectedDetection, CorrectedLine, GivenFindings } from './corrected-findings.ts';
import {
  type CorrectionState,
  SAME_PLACE,
  type StatedDetection,
  type StatedLine,
  stateOf,
} from './correction-state.ts';

/** Boxes that overlap so much are the same box: data sets round them, and machines differ in the last digits. */
const SAME_BOX = 0.95;

/** What can be told apart by what it is and where it is. */
interface Kind<Item> {
  /** The label, or the words. */
  nameOf(item: Item): string;
  boxOf(item: Item): Box;
}

const DETECTIONS: Kind<CorrectedDetection> = { nameOf: ({ label }) => label, boxOf: ({ box }) => box };
const LINES: Kind<CorrectedLine> = {
  nameOf: ({ text }) => text,
  boxOf: ({ polygon }) => boundsOf(polygon),
};

/**
 * The state that says what is given: each of it tied to what the model found at the same place, and what the model found
 * beside that is wrong, as far as it is of a kind of which something is given and lies clear of the gaps; else it stays
 * unjudged. What is given with a score and is what the model found was found and not judged.
 */
export function stateSaying(
  given: GivenFindings,
  found: Pick<Findings, 'detections' | 'lines'>,
): CorrectionState {
  const model = stateOf(found);
  const labels = new Set(given.labels.map(spelling));
  return {
    detections: stated(given.detections, model.detections, DETECTIONS, {
      speaksOf: ({ label }) => labels.has(spelling(label)),
      gaps: given.gaps.detections,
    }),
    lines: stated(given.lines, model.lines, LINES, {
      speaksOf: () => given.text,
      gaps: given.gaps.lines,
    }),
  };
}

/**
 * What a step says of the answer that the models give now.
 * @param step null for a photo without corrections.
 */
export function stateAfter(
  found: Pick<Findings, 'detections' | 'lines' | 'analysedAt'>,
  step: { state: CorrectionState; analysedAt: Date } | null,
): CorrectionState {
  if (step === null) return stateOf(found);
  if (step.analysedAt.getTime() === found.analysedAt.getTime()) return step.state;
  const model = stateOf(found);
  return {
    detections: tiedAnew(step.state.detections, model.detections, DETECTIONS),
    lines: tiedAnew(step.state.lines, model.lines, LINES),
  };
}

/** How far goes what is given. */
interface Extent<Found> {
  speaksOf(found: Found): boolean;
  gaps: readonly (Box | null)[];
}

function stated<
  Given extends { score: number | null },
  Found extends Given & { id: number; position: number | null },
>(
  given: readonly Given[],
  found: readonly Found[],
  kind: Kind<Given>,
  { speaksOf, gaps }: Extent<NoInfer<Found>>,
) {
  const matches = matched(given, found, kind, (_item, candidate) => speaksOf(candidate));
  const kept = given.map((item, index) => {
    const match = matches.get(item);
    return {
      ...item,
      id: match?.id ?? found.length + index,
      position: match?.position ?? null,
      verdict: match && isAsFound(item, match, kind) ? null : ('right' as const),
    };
  });
  const left = leftOver(found, matches).map((item) => {
    const inGap = gaps.some((place) => place === null || touch(place, kind.boxOf(item)));
    return { ...item, verdict: speaksOf(item) && !inGap ? ('wrong' as const) : null };
  });
  return [...kept, ...left];
}

/** Whether a model, which alone gives scores, has found the same here, so that nobody need have looked at it. */
function isAsFound<Item extends { score: number | null }>(
  given: Item,
  found: Item,
  { nameOf, boxOf }: Kind<Item>,
): boolean {
  return (
    given.score !== null &&
    nameOf(given) === nameOf(found) &&
    intersectionOverUnion(boxOf(given), boxOf(found)) >= SAME_BOX
  );
}

/**
 * What was said of an earlier answer, said of this one. What the owner has judged, changed or drawn stays, and is tied to
 * what is found at its place now; what is wrong only to what has the same name, for the owner has not seen another. Of
 * what nothing was said, this answer holds alone: it stands where it does there.
 */
function tiedAnew<Item extends StatedDetection | StatedLine>(
  earlier: readonly Item[],
  found: readonly Item[],
  kind: Kind<NoInfer<Item>>,
): Item[] {
  const said = earlier.filter(({ verdict, position }) => verdict !== null || position === null);
  const matches = matched(said, found, kind, ({ verdict }) => verdict !== 'wrong');
  const items = said.map((item) => ({ ...item, position: matches.get(item)?.position ?? null }));
  let id = Math.max(-1, ...earlier.map((item) => item.id));
  for (const item of leftOver(found, matches)) {
    id += 1;
    const before = items.findIndex(({ position }) => position === (item.position ?? 0) - 1);
    items.splice(before + 1, 0, { ...item, id });
  }
  return items;
}

/**
 * Pairs what means the same, each at most once: first what has the same name, then whatever is at the same place; of
 * several the one that overlaps most.
 * @param renamed Whether something can mean what has been found under another name.
 */
function matched<Given, Found extends Given>(
  given: readonly Given[],
  found: readonly Found[],
  { nameOf, boxOf }: Kind<Given>,
  renamed: (item: Given, candidate: Found) => boolean,
): Map<Given, Found> {
  const places = found.map((candidate) => ({ candidate, name: nameOf(candidate), box: boxOf(candidate) }));
  const pairs = given.flatMap((item) => {
    const [name, box] = [nameOf(item), boxOf(item)];
    return places
      .map((place) => ({
        item,
        candidate: place.candidate,
        sameName: place.name === name,
        overlap: intersectionOverUnion(box, place.box),
      }))
      .filter(
        ({ candidate, sameName, overlap }) => overlap >= SAME_PLACE && (sameName || renamed(item, candidate)),
      );
  });
  pairs.sort((a, b) => Number(b.sameName) - Number(a.sameName) || b.overlap - a.overlap);
  const matches = new Map<Given, Found>();
  const taken = new Set<Found>();
  for (const { item, candidate } of pairs) {
    if (matches.has(item) || taken.has(candidate)) continue;
    matches.set(item, candidate);
    taken.add(candidate);
  }
  return matches;
}

function leftOver<Found>(found: readonly Found[], matches: ReadonlyMap<unknown, Found>): Found[] {
  const taken = new Set(matches.values());
  return found.filter((item) => !taken.has(item));
}

/** Whether two boxes have a point in common; one may have no size, or its corner at another end. */
function touch(one: Box, other: Box): boolean {
  const meet = (a: number, aLength: number, b: number, bLength: number) =>
    Math.min(a, a + aLength) <= Math.max(b, b + bLength) &&
    Math.min(b, b + bLength) <= Math.max(a, a + aLength);
  return meet(one.x, one.width, other.x, other.width) && meet(one.y, one.height, other.y, other.height);
}
