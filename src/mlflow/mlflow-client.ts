import { z } from 'zod';
import type { TrackingAddress } from './tracking-address.ts';

/** One number that a run logs. */
export interface Metric {
  key: string;
  value: number;
  /** Milliseconds since the epoch. */
  timestamp: number;
  step: number;
}

/** An answer other than what was asked for. */
export class MlflowError extends Error {
  override readonly name = 'MlflowError';
  readonly status: number;
  /** MLflow's own word, such as `RESOURCE_DOES_NOT_EXIST`; empty where it gave none. */
  readonly code: string;

  constructor(path: string, status: number, code: string) {
    super(`MLflow answered ${path} with ${status}${code === '' ? '' : ` ${code}`}`);
    this.status = status;
    this.code = code;
  }

  /** Whether the run or experiment that was named is deleted, rather than that the call was refused for now. */
  get isOfSomethingGone(): boolean {
    return this.status === 404 || GONE.has(this.code);
  }
}

/** What MLflow answers to calls on what is deleted: the last two as long as it can be restored. */
const GONE = new Set(['RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE', 'INVALID_STATE']);

const CALL_MS = 5000;

const foundSchema = z.object({
  experiment: z.object({ experiment_id: z.string(), lifecycle_stage: z.string().optional() }),
});
const madeSchema = z.object({ experiment_id: z.string() });
const runSchema = z.object({ run: z.object({ info: z.object({ run_id: z.string() }) }) });
const faultSchema = z.object({ error_code: z.string() });

/** The calls of MLflow's REST API, version 2.0, that logging runs takes. All throw `MlflowError`, or what `fetch` throws. */
export class MlflowClient {
  readonly #address: TrackingAddress;
  /** Breaks calls off that are under way. */
  readonly #ended = new AbortController();

  constructor(address: TrackingAddress) {
    this.#address = address;
  }

  /** The id of the experiment of this name, which is made when there is none, and restored when it was deleted. */
  async experiment(name: string): Promise<string> {
    const query = new URLSearchParams({ experiment_name: name });
    try {
      const found = await this.#call('GET', `experiments/get-by-name?${query}`);
      const { experiment_id, lifecycle_stage } = foundSchema.parse(found).experiment;
      // A deleted one keeps its name, so that no other can be made, and takes no runs.
      if (lifecycle_stage === 'deleted') await this.#call('POST', 'experiments/restore', { experiment_id });
      return experiment_id;
    } catch (error) {
      if (!(error instanceof MlflowError) || error.code !== 'RESOURCE_DOES_NOT_EXIST') throw error;
      return madeSchema.parse(await this.#call('POST', 'experiments/create', { name })).experiment_id;
    }
  }

  /** Begins a run and returns its id. */
  async begin(experimentId: string, name: string): Promise<string> {
    const body = { experiment_id: experimentId, run_name: name, start_time: Date.now() };
    return runSchema.parse(await this.#call('POST', 'runs/create', body)).run.info.run_id;
  }

  /**
   * @param metrics At most 900.
   * @param params Few; those that the run has already are none too many.
   */
  async log(
    runId: string,
    metrics: readonly Metric[],
    params: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const entries = Object.entries(params).map(([key, value]) => ({ key, value }));
    await this.#call('POST', 'runs/log-batch', {
      run_id: runId,
      metrics,
      ...(entries.length > 0 && { params: entries }),
    });
  }

  async finish(runId: string): Promise<void> {
    await this.#call('POST', 'runs/update', { run_id: runId, status: 'FINISHED', end_time: Date.now() });
  }

  /** Breaks off what is under way, and every call from now on. */
  close(): void {
    this.#ended.abort();
  }

  async #call(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const { url, authorization } = this.#address;
    const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
      method,
      headers: {
        ...(body && { 'Content-Type': 'application/json' }),
        ...(authorization !== null && { Authorization: authorization }),
      },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.any([this.#ended.signal, AbortSignal.timeout(CALL_MS)]),
    });
    if (response.ok) return response.json();
    const fault = faultSchema.safeParse(await response.json().catch(() => null));
    throw new MlflowError(path, response.status, fault.success ? fault.data.error_code : '');
  }
}
