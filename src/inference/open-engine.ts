import type { Engine, EngineName, EngineOptions } from './engine.ts';

/** Every engine, loaded only when it is the one in use: a runtime that is not used need not be installed. */
const ENGINES: Record<EngineName, (options: EngineOptions) => Promise<Engine>> = {
  embedded: async (options) => (await import('./engines/onnx-runtime.ts')).openOnnxRuntime(options),
};

/**
 * Opens an engine and loads its models.
 *
 * @throws AppError `engine_unavailable` with the reason when a model cannot be loaded.
 */
export async function openEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  return ENGINES[name](options);
}
