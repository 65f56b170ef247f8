import { AppError } from '../errors.ts';
import { spelling } from '../photos/label-spelling.ts';
import { nearestWord } from '../photos/nearest-word.ts';
import type { Findings, Photo } from '../photos/photo.ts';
import type { PhotoService, Viewer } from '../photos/photo-service.ts';
import type { CorrectedFindings, CorrectionReader, GivenFindings } from './corrected-findings.ts';
import { afterAct, type CorrectionAct, type StepKind } from './correction-acts.ts';
import { stateAfter, stateSaying } from './correction-matching.ts';
import type { Basis, CorrectionRepository, CorrectionStep, KeptState } from './correction-repository.ts';
import { type CorrectionState, correctedFindings, verdictsOn } from './correction-state.ts';

/** A photo with what its owner says of its findings. */
export interface Corrections {
  photo: AnalysedPhoto;
  /** Names the state; an act carries that of the state it was made on. */
  version: string;
  state: CorrectionState;
  /** The newest first; empty for a photo without corrections. */
  steps: readonly CorrectionStep[];
}

export type AnalysedPhoto = Photo & { findings: Findings };

/** Lets owners correct what was found in their photos, and tells what came of it. */
export class CorrectionService implements CorrectionReader {
  readonly #corrections: CorrectionRepository;
  readonly #photos: Pick<PhotoService, 'get'>;
  readonly #labels: readonly string[];

  /** @param labels Names that the detector knows. */
  constructor({
    corrections,
    photos,
    labels,
  }: {
    corrections: CorrectionRepository;
    photos: Pick<PhotoService, 'get'>;
    labels: readonly string[];
  }) {
    this.#corrections = corrections;
    this.#photos = photos;
    this.#labels = labels;
  }

  /**
   * What holds for a photo, for its owner and for admins.
   * @throws {AppError} `not_found`; `conflict` for a photo that is not analysed.
   */
  async of(viewer: Viewer, photoId: string): Promise<Corrections> {
    const photo = analysed(await this.#photos.get(viewer, photoId));
    const [steps, newest] = await Promise.all([
      this.#corrections.steps(photoId),
      this.#corrections.newest(photoId, 1),
    ]);
    const [step] = newest;
    return {
      photo,
      steps,
      version: versionOf(photo, step),
      state: stateAfter(photo.findings, step ?? null),
    };
  }

  /**
   * The photo, for who may correct it.
   * @throws {AppError} `forbidden` for everybody but the owner; as `of`.
   */
  async demandOwner(viewer: Viewer, photoId: string): Promise<AnalysedPhoto> {
    const photo = await this.#photos.get(viewer, photoId);
    if (photo.memberId !== viewer.id)
      throw new AppError('forbidden', 'Only the owner of a photo can correct what was found in it.');
    return analysed(photo);
  }

  /**
   * Does one act of the owner.
   * @param version That of the state which the owner saw.
   * @throws {AppError} `conflict` when the state is a different one by now: then nothing is changed; `invalid_input`;
   *   `forbidden` for everybody but the owner; as `of`.
   */
  async act(viewer: Viewer, photoId: string, version: string, act: CorrectionAct): Promise<void> {
    const { photo, step, state } = await this.#open(viewer, photoId, version);
    const done = 'label' in act ? { ...act, label: this.#labelOf(act.label, state) } : act;
    const changed = afterAct(state, done, photo);
    if (changed !== state)
      await this.#keep(photo, step, { memberId: viewer.id, kind: act.act, state: changed });
  }

  /**
   * Takes the last act back.
   * @param version As for `act`; null for whatever holds now.
   * @throws {AppError} As `act`; `conflict` also when there is nothing to take back.
   */
  async undo(viewer: Viewer, photoId: string, version: string | null): Promise<void> {
    const { photo, step, before } = await this.#open(viewer, photoId, version);
    if (step === undefined) throw new AppError('conflict', 'There is nothing to undo.');
    if (!canUndo(step))
      throw new AppError('conflict', 'Acts that long ago can no longer be undone one by one.');
    const verdicts = verdictsOn(photo.findings.detections, stateAfter(photo.findings, before ?? null));
    if (!(await this.#corrections.removeNewest(basisOf(photo, step), verdicts))) throw changedMeanwhile();
  }

  /** How many corrections all photos of a member have, those in the trash among them. */
  countOf(memberId: string): Promise<number> {
    return this.#corrections.countOf(memberId);
  }

  /** What is in photos according to their owners; photos without corrections are left out. */
  async correctedOf(
    photos: readonly Pick<Photo, 'id' | 'findings'>[],
  ): Promise<ReadonlyMap<string, CorrectedFindings>> {
    const steps = await this.#corrections.inForce(photos.map(({ id }) => id));
    const corrected = new Map<string, CorrectedFindings>();
    for (const { id, findings } of photos) {
      const step = steps.get(id);
      if (step) corrected.set(id, correctedFindings(findings ? stateAfter(findings, step) : step.state));
    }
    return corrected;
  }

  /**
   * Makes the corrections of a photo say what is given, as one step that can be taken back; what its models found beside
   * that is wrong as far as what is given goes. Whether `by` may do so, and whether labels are known, is for the caller to
   * say.
   * @param by Id of the member who does it.
   * @throws {AppError} `conflict` for a photo that is not analysed, or that is corrected at this very moment.
   */
  async replaceAll(photo: Photo, given: GivenFindings, by: string): Promise<void> {
    const known = analysed(photo);
    const [step] = await this.#corrections.newest(photo.id, 1);
    const state = stateSaying(given, known.findings);
    await this.#keep(known, step, { memberId: by, kind: 'import', state });
  }

  async #open(viewer: Viewer, photoId: string, version: string | null) {
    const photo = await this.demandOwner(viewer, photoId);
    const [step, before] = await this.#corrections.newest(photoId, 2);
    if (version !== null && version !== versionOf(photo, step)) throw changedMeanwhile();
    return { photo, step, before, state: stateAfter(photo.findings, step ?? null) };
  }

  async #keep(
    photo: AnalysedPhoto,
    newest: KeptState | undefined,
    step: { memberId: string; kind: StepKind; state: CorrectionState },
  ): Promise<void> {
    const verdicts = verdictsOn(photo.findings.detections, step.state);
    if (!(await this.#corrections.add(basisOf(photo, newest), step, verdicts))) throw changedMeanwhile();
  }

  /** The label that is meant, as in a search. A photo may have labels of an earlier detector; those can be kept. */
  #labelOf(written: string, { detections }: CorrectionState): string {
    const known = [...this.#labels, ...detections.map(({ label }) => label)];
    if (known.includes(written)) return written;
    const same = known.find((label) => spelling(label) === spelling(written));
    if (same !== undefined) return same;
    const meant = nearestWord(written, known);
    const question = meant === null ? '' : ` Did you mean “${meant}”?`;
    const message = `“${written}” is not a label that the detector knows.${question}`;
    throw new AppError('invalid_input', message, { fields: [{ path: 'label', message }] });
  }
}

/** Whether a step can be taken back: all but those into which older ones were folded. */
export function canUndo(step: CorrectionStep | undefined): boolean {
  return step !== undefined && step.kind !== 'earlier';
}

function analysed(photo: Photo): AnalysedPhoto {
  const { findings } = photo;
  if (findings === null)
    throw new AppError('conflict', 'This photo is not analysed; it can be corrected when it is.');
  return { ...photo, findings };
}

function versionOf({ findings }: AnalysedPhoto, step: KeptState | undefined): string {
  return `${step?.id ?? 0}-${findings.analysedAt.getTime()}`;
}

function basisOf(photo: AnalysedPhoto, step: KeptState | undefined): Basis {
  return { photoId: photo.id, stepId: step?.id ?? null, analysedAt: photo.findings.analysedAt };
}

function changedMeanwhile(): AppError {
  return new AppError(
    'conflict',
    'The photo was corrected elsewhere, or analysed again, since you saw it. Your last act was not kept; look at what holds now and repeat it where it is still needed.',
  );
}
