import type { Analysis, AnalysisOptions } from '../inference/analysis.ts';
import type { Analyser } from './analysis-queue.ts';

/** What is told of analyses; it must neither take time nor throw. */
interface AnalysisWitness {
  note(analysis: Analysis): void;
}

/** Analyses as another one does, and tells a witness of every analysis, whether its findings are kept or not. */
export class WitnessedAnalyser implements Analyser {
  readonly #analyser: Analyser;
  readonly #witness: AnalysisWitness;

  constructor(analyser: Analyser, witness: AnalysisWitness) {
    this.#analyser = analyser;
    this.#witness = witness;
  }

  async analyse(photo: Uint8Array, options: AnalysisOptions): Promise<Analysis> {
    const analysis = await this.#analyser.analyse(photo, options);
    this.#witness.note(analysis);
    return analysis;
  }
}
