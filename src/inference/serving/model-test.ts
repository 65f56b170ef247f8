import type { ServiceError } from '@grpc/grpc-js';
import { isBrokenCircuitError } from 'cockatiel';
import { AppError } from '../../errors.ts';
import { outputOf } from '../engine.ts';
import type { ModelManifest, ModelName } from '../model-manifest.ts';
import type { Servable } from '../servable.ts';
import { decodePredictResponse, encodePredictRequest } from './predict-message.ts';
import { isOutage, isOverload, overloaded, RETRY_AFTER_SECONDS, unavailable } from './serving-faults.ts';
import { warmUpInputs } from './warm-up.ts';

const AWAY = 'It does not answer a small picture in time.';

/**
 * Has a served model answer a small grey picture, which also warms it up: the first call of a version sets up what all
 * later ones use.
 */
export class ModelTest {
  readonly #manifest: ModelManifest['models'][ModelName];
  readonly #call: (request: Uint8Array) => Promise<Uint8Array>;
  readonly #request: Uint8Array;
  #passed: string | undefined;
  #refusal: AppError | null = null;
  #running: Promise<void> | undefined;

  /** @param call makes a `Predict` call; rejects with a ServiceError of grpc-js. */
  constructor(
    manifest: ModelManifest['models'][ModelName],
    servable: Servable,
    call: (request: Uint8Array) => Promise<Uint8Array>,
  ) {
    this.#manifest = manifest;
    this.#call = call;
    const outputs = manifest.outputs.map(({ name }) => name);
    this.#request = encodePredictRequest(servable, warmUpInputs(manifest.inputs), outputs);
  }

  /** The version that answered well the last time. */
  get passed(): string | undefined {
    return this.#passed;
  }

  /** What to answer while the model cannot be called, whatever the picture; null as long as nothing speaks against it. */
  get refusal(): AppError | null {
    return this.#refusal;
  }

  /** Why it cannot be used, for admins. */
  get reason(): string | null {
    return this.#refusal?.cause instanceof Error ? this.#refusal.cause.message : null;
  }

  /** Makes the call, once for all who ask meanwhile. Never rejects. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The model is to be tested anew. */
  forget(): void {
    this.#passed = undefined;
  }

  async #run(): Promise<void> {
    try {
      const { outputs, version } = decodePredictResponse(await this.#call(this.#request));
      for (const { name, dtype, shape } of this.#manifest.outputs) {
        // Other models give another number of answers; what each pixel or step gets has to be the same.
        outputOf(outputs, name, dtype, shape.map(String));
      }
      this.#passed = version;
      this.#refusal = null;
    } catch (error) {
      this.#passed = undefined;
      const isAway = isOutage(error) || isBrokenCircuitError(error);
      this.#refusal = isAway ? unavailable(new Error(AWAY, { cause: error })) : refusalOf(error);
    }
  }
}

function refusalOf(cause: unknown): AppError {
  const { details } = cause as Partial<ServiceError>;
  const reason = cause instanceof AppError && cause.cause instanceof Error ? cause.cause.message : details;
  if (isOverload(cause)) return overloaded(new Error(reason ?? String(cause), { cause }));
  return new AppError('engine_unavailable', 'The analysis engine has no model for this.', {
    cause: new Error(reason ?? String(cause), { cause }),
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
