import type { MadeUpPhoto, MemberIds } from './made-up-record.ts';
import { PLANTED_WORDS } from './record-words.ts';
import { memberEmail } from './seed-record.ts';

/** One in so many detections is remembered. */
const SAMPLED = 10;

/** A detection of the record as the history's filters see it. */
export interface SampledDetection {
  id: number;
  label: string;
  score: number;
  sequence: number;
  createdAt: Date;
  model: string;
  userId: string;
  email: string;
  /** Which of the planted words the text of its photo has. */
  words: ReadonlySet<string>;
}

/** Remembers a share of the detections that are written, so that places deep in a list need not be asked of the database. */
export class RecordSample {
  readonly #emails: ReadonlyMap<string, string>;
  readonly #detections: SampledDetection[] = [];
  #seen = 0;

  constructor(memberIds: MemberIds) {
    this.#emails = new Map(memberIds.map((id, i) => [id, memberEmail(i)]));
  }

  see({ photo }: MadeUpPhoto): void {
    const { findings, deletedAt, memberId, sequence, createdAt } = photo;
    if (findings === null) return;
    const text = new Set(findings.lines.map((line) => line.text.split(' ')[0]));
    const words = new Set<string>(PLANTED_WORDS.map(({ word }) => word).filter((word) => text.has(word)));
    for (const { label, score } of findings.detections) {
      const id = ++this.#seen;
      if (id % SAMPLED > 0 || deletedAt !== null) continue;
      const model = findings.models.object_detector ?? '';
      const email = this.#emails.get(memberId) ?? '';
      this.#detections.push({ id, label, score, sequence, createdAt, model, userId: memberId, email, words });
    }
  }

  /**
   * The detection that about so many others of the list stand before; null when the list is too short to have a place
   * deep in it. A shorter list is entered at three quarters.
   */
  at(
    rank: number,
    matches: (detection: SampledDetection) => boolean,
    compare: (a: SampledDetection, b: SampledDetection) => number,
  ): SampledDetection | null {
    const list = this.#detections.filter(matches).sort(compare);
    return list[Math.min(Math.floor(rank / SAMPLED), Math.floor(list.length * 0.75))] ?? null;
  }
}
