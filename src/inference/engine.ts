import type { ModelManifest, ModelName } from './model-manifest.ts';

/** The engines that can run the models. */
export const ENGINE_NAMES = ['embedded'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** What an engine needs to know to open. */
export interface EngineOptions {
  modelsDir: string;
  manifest: ModelManifest;
}

/** A dense tensor in row-major order. */
export type Tensor =
  | { dtype: 'uint8'; shape: readonly number[]; data: Uint8Array }
  | { dtype: 'int32'; shape: readonly number[]; data: Int32Array }
  | { dtype: 'float32'; shape: readonly number[]; data: Float32Array };

/** Tensors by the names that a model's signature gives them. */
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * How many processor cores a call may use: `all` is quickest for a call that has the machine to itself, `one`
 * gets the most done when every core has a call of its own. An engine that computes elsewhere ignores it.
 */
export type Cores = 'all' | 'one';

/** Runs the models of a models folder: named tensors in, named tensors out. */
export interface Engine {
  readonly name: EngineName;
  /**
   * Runs one model. The signatures are those of the model manifest.
   *
   * @throws AppError `engine_unavailable` when the model cannot be run.
   */
  predict(model: ModelName, inputs: Tensors, cores: Cores): Promise<Tensors>;
  close(): Promise<void>;
}

/** Finds an output and checks its type, so that a foreign model with another signature fails with a clear message. */
export function outputOf<D extends Tensor['dtype']>(
  outputs: Tensors,
  name: string,
  dtype: D,
): Extract<Tensor, { dtype: D }> {
  const tensor = outputs[name];
  if (tensor?.dtype !== dtype) {
    throw new Error(`The model should answer ${dtype} "${name}" and answered ${tensor?.dtype ?? 'nothing'}`);
  }
  return tensor as Extract<Tensor, { dtype: D }>;
}
