import type { ServiceError } from '@grpc/grpc-js';
import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { MODEL_NAMES, type ModelManifest, type ModelName } from '../model-manifest.ts';
import { isAvailable, type ModelState } from '../model-state.ts';
import type { Servables } from '../servable.ts';
import { getModelStatus } from './model-status.ts';
import { ModelTest } from './model-test.ts';
import { answeringVersion } from './predict-message.ts';
import type { ServingAddress } from './serving-address.ts';
import { ServingChannel } from './serving-channel.ts';
import {
  isOutage,
  isOverdue,
  isOverload,
  overdue,
  refusesPicture,
  statusReason,
  toAppError,
  unavailable,
} from './serving-faults.ts';

export interface ServingClientOptions {
  address: ServingAddress;
  /** PEM, of the authorities that may sign the server's certificate; those that the system knows when null. */
  certificates: Buffer | null;
  servables: Servables;
  manifest: ModelManifest;
  /** Milliseconds that one call may take, with all that is tried again. */
  callMs: number;
  logger: Logger;
}

const STATUS_MS = 2000;
const LOOK_EVERY_MS = 5000;
const LOOK_EVERY_MS_WHILE_AWAY = 1000;
const LOOK_AFTER_FAILURE_MS = 100;
/** So many failures in a row (one photo may have eight calls under way), and photos' calls are refused without being tried. */
const FAILURES = 10;
/** From then on one test of the models is let through, with the next look, and closes the circuit when it succeeds. */
const HALF_OPEN_AFTER_MS = 500;

/**
 * The way to a TensorFlow Serving: one channel, with a circuit breaker, so that photos do not pile up before a server
 * that is away. It looks after the server all the time: which versions there are, and whether each model answers a small
 * picture as it should. That warms up new versions, and tells a model that cannot be used from a picture that cannot.
 */
export class ServingClient {
  readonly #options: ServingClientOptions;
  readonly #channel: ServingChannel;
  readonly #breaker: CircuitBreakerPolicy;
  readonly #tests: Readonly<Record<ModelName, ModelTest>>;
  /** The newest version of each model when it was tested. A label may stand for another one. */
  readonly #tested = new Map<ModelName, string | undefined>();
  #states: ModelState[] = [];
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** What the last look found; null before the first. */
  #wasReady: boolean | null = null;
  #closed = false;

  constructor(options: ServingClientOptions) {
    this.#options = options;
    this.#channel = new ServingChannel(options.address, options.certificates);
    this.#breaker = circuitBreaker(handleWhen(isOutage), {
      breaker: new ConsecutiveBreaker(FAILURES),
      halfOpenAfter: HALF_OPEN_AFTER_MS,
    });
    this.#breaker.onBreak(() => this.#lookIn(HALF_OPEN_AFTER_MS));
    const call = (request: Uint8Array) =>
      this.#breaker.execute(() => this.#channel.call('predict', request, Date.now() + options.callMs));
    const test = (model: ModelName) =>
      new ModelTest(options.manifest.models[model], options.servables[model], call);
    this.#tests = {
      object_detector: test('object_detector'),
      text_detector: test('text_detector'),
      text_recognizer: test('text_recognizer'),
    };
    void this.look();
  }

  /**
   * Throws at once when it is known that a model cannot be called, before anybody does work that needs it.
   *
   * @throws AppError `engine_unavailable` or `engine_overloaded`.
   */
  demand(models: readonly ModelName[]): void {
    if (this.#breaker.state !== CircuitState.Closed) throw unavailable(new Error('The circuit is open'));
    for (const model of models) {
      const { refusal } = this.#tests[model];
      if (refusal) throw refusal;
    }
  }

  /**
   * Has a model called by a ready-made `PredictRequest`; the answer is a `PredictResponse`.
   *
   * @param deadline in milliseconds since the epoch.
   * @throws AppError `engine_unavailable`, `engine_overloaded`, `engine_failed` or `analysis_failed`.
   */
  async predict(model: ModelName, request: Uint8Array, deadline: number): Promise<Uint8Array> {
    this.demand([model]);
    const latest = Date.now() + this.#options.callMs;
    try {
      const answer = await this.#breaker.execute(() => this.#callInTime(request, deadline, latest));
      await this.#demandTested(model, answer);
      return answer;
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (isBrokenCircuitError(error)) throw unavailable(error);
      // A test would be one call more of too many.
      if (isOverload(error)) throw toAppError(error as ServiceError);
      // Whose fault is it? A small picture tells.
      const test = this.#tests[model];
      if (refusesPicture(error)) {
        await test.run();
      } else {
        test.forget();
        this.#lookIn(LOOK_AFTER_FAILURE_MS);
      }
      throw test.refusal ?? toAppError(error as ServiceError);
    }
  }

  /** What the last look at the server found. Never rejects. */
  async states(): Promise<ModelState[]> {
    if (this.#wasReady === null) await this.#looking;
    if (this.#breaker.state === CircuitState.Closed) return this.#states;
    return this.#states.map((state) => ({ ...state, error: state.error ?? 'Calls of the models fail.' }));
  }

  /** Looks at the server now. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Calls under way are given up. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#channel.close();
  }

  /** A version that came between two looks is tested before anything is made of its answers. */
  async #demandTested(model: ModelName, answer: Uint8Array): Promise<void> {
    const test = this.#tests[model];
    if (answeringVersion(answer) === test.passed) return;
    await test.run();
    if (test.refusal) throw test.refusal;
  }

  async #callInTime(request: Uint8Array, deadline: number, latest: number): Promise<Uint8Array> {
    try {
      return await this.#channel.call('predict', request, Math.min(deadline, latest));
    } catch (error) {
      // That the photo's own time has run out says nothing about the server.
      throw deadline < latest && isOverdue(error) ? overdue(error) : error;
    }
  }

  #lookIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.look(), milliseconds).unref();
  }

  async #lookOnce(): Promise<void> {
    const found = await this.#getStates();
    const [first, ...others] = found;
    // Where the circuit is open one call is let through alone; else a server that is silent keeps none of them waiting.
    if (first && this.#breaker.state !== CircuitState.Closed) await this.#testWhereDue(first);
    else if (first) others.push(first);
    await Promise.all(others.map((state) => this.#testWhereDue(state)));
    if (this.#closed) return;
    this.#states = found.map((state) => ({
      ...state,
      error: state.error ?? this.#tests[state.model].reason,
    }));
    const isReady = this.#breaker.state === CircuitState.Closed && this.#states.every(isAvailable);
    this.#tell(isReady);
    this.#lookIn(isReady ? LOOK_EVERY_MS : LOOK_EVERY_MS_WHILE_AWAY);
  }

  async #testWhereDue({ model, versions }: ModelState): Promise<void> {
    if (this.#closed) return;
    const version = versions.find(({ state }) => state === 'available')?.version;
    const isOpen = this.#breaker.state !== CircuitState.Closed;
    const test = this.#tests[model];
    if (!isOpen && test.passed !== undefined && this.#tested.get(model) === version) return;
    await test.run();
    this.#tested.set(model, version);
  }

  #getStates(): Promise<ModelState[]> {
    const deadline = Date.now() + STATUS_MS;
    return Promise.all(
      MODEL_NAMES.map(async (model) => {
        try {
          const versions = await getModelStatus(this.#channel, this.#options.servables[model], deadline);
          return { model, versions, error: null };
        } catch (error) {
          // A server that comes back is to be tested anew, whatever version it has.
          this.#tests[model].forget();
          this.#options.logger.debug({ err: error, model }, 'the state of a model could not be had');
          return { model, versions: [], error: statusReason(error) };
        }
      }),
    );
  }

  #tell(isReady: boolean): void {
    if (isReady === this.#wasReady) return;
    this.#wasReady = isReady;
    const { logger, address } = this.#options;
    const server = address.target;
    if (isReady) {
      const versions = MODEL_NAMES.map((model) => [model, this.#tests[model].passed]);
      logger.info({ server, versions: Object.fromEntries(versions) }, 'TensorFlow Serving has every model');
    } else {
      logger.warn({ server, states: this.#states }, 'TensorFlow Serving cannot be used; photos wait');
    }
  }
}
