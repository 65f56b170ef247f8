import type { FormModel } from '../http/view-model.ts';
import type { FailedPhoto, Reanalysis, ReanalysisState } from './reanalysis.ts';
import { CHOICE_FIELDS, type ChoiceField } from './reanalysis-schemas.ts';

/** A run, as a line of a table or the panel of the one in force. */
export interface ReanalysisLine {
  id: number;
  state: ReanalysisState;
  startedAt: string;
  endedAt: string | null;
  startedBy: string | null;
  /** What its photos were chosen by, in words. */
  choice: string;
  done: number;
  waiting: number;
  failed: number;
  total: number;
}

/** `admin/reanalysis`. Its form posts to its own address, and the run in force is stopped by one to `…/:id/cancel`. */
export interface ReanalysisPage {
  current: ReanalysisLine | null;
  earlier: readonly ReanalysisLine[];
  /** Of the newest run. */
  failures: readonly FailedPhoto[];
  form: FormModel<ChoiceField>;
  labels: readonly string[];
}

const NAMES: Readonly<Record<ChoiceField, string>> = {
  label: 'label',
  user: 'e-mail contains',
  userId: 'member',
  text: 'text',
  from: 'from',
  to: 'to',
  minScore: 'score at least',
  maxScore: 'score at most',
  model: 'version',
};

export function reanalysisLine(run: Reanalysis): ReanalysisLine {
  const { done, waiting, failed } = run;
  return {
    id: run.id,
    state: run.state,
    startedAt: run.startedAt.toISOString(),
    endedAt: run.endedAt?.toISOString() ?? null,
    startedBy: run.startedBy?.email ?? null,
    choice: choiceInWords(run.filter),
    done,
    waiting,
    failed,
    total: done + waiting + failed,
  };
}

/** What photos were chosen by; null for photos that were named. */
export function choiceInWords(filter: Reanalysis['filter']): string {
  if (filter === null) return 'Photos chosen one by one';
  const words = CHOICE_FIELDS.filter((name) => filter[name] !== undefined);
  if (words.length === 0) return 'All photos';
  return words.map((name) => `${NAMES[name]} ${filter[name]}`).join(', ');
}
