import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '../../errors.ts';
import { annotatePhoto } from '../../imaging/annotate.ts';
import { makePreview, makeThumbnail, takeIn } from '../../imaging/intake.ts';
import { loadModelManifest } from '../model-manifest.ts';
import { openEngine } from '../open-engine.ts';
import { PhotoAnalyser } from '../photo-analyser.ts';
import { toPlainError } from './plain-error.ts';
import type {
  WorkerAnswer,
  WorkerCall,
  WorkerGreeting,
  WorkerSettings,
  WorkerTasks,
} from './worker-messages.ts';

const { engine, modelsDir, maxPixels } = workerData as WorkerSettings;

// Awaited before the pool sends any work here: the first photo finds the models loaded and warm.
const analyser = await start();

/** Does one piece of the pool's work. Never rejects: errors are part of the answer. */
export async function perform(call: WorkerCall): Promise<WorkerAnswer> {
  try {
    return { output: await dispatch(call) };
  } catch (error) {
    return { error: toPlainError(error) };
  }
}

async function dispatch(call: WorkerCall): Promise<WorkerTasks[WorkerCall['task']]['output']> {
  switch (call.task) {
    case 'intake':
      return takeIn(call.input.photo, maxPixels);
    case 'thumbnail':
      return makeThumbnail(call.input.photo, maxPixels);
    case 'preview':
      return makePreview(call.input.photo, maxPixels);
    case 'annotate':
      return annotatePhoto(call.input.photo, call.input.findings, maxPixels);
    case 'look': {
      const { photo, options, cores, pageMemory } = call.input;
      return loaded().look(photo, options, cores, pageMemory);
    }
    case 'read': {
      const { page, pageMemory, regions } = call.input;
      return loaded().read(page, pageMemory, regions);
    }
  }
}

function loaded(): PhotoAnalyser {
  if (analyser instanceof AppError) throw analyser;
  return analyser;
}

async function start(): Promise<PhotoAnalyser | AppError> {
  const greet = (greeting: WorkerGreeting) => parentPort?.postMessage(greeting);
  try {
    const manifest = await loadModelManifest(modelsDir);
    const started = new PhotoAnalyser(await openEngine(engine, { modelsDir, manifest }), manifest, maxPixels);
    await started.warmUp();
    const versions = Object.values(manifest.models).map(({ name, version }) => [name, version]);
    greet({ kind: 'started', models: Object.fromEntries(versions) });
    return started;
  } catch (cause) {
    const error = new AppError('engine_unavailable', 'The models could not be loaded.', { cause });
    greet({ kind: 'failed', error: toPlainError(error) });
    return error;
  }
}
