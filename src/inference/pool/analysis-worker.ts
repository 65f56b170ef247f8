import { parentPort, threadId, workerData } from 'node:worker_threads';
import { AppError } from '../../errors.ts';
import { annotateMemory, annotatePhoto } from '../../imaging/annotate.ts';
import { makePreview, makeThumbnail, takeIn } from '../../imaging/intake.ts';
import { withDetector } from '../detector-settings.ts';
import { loadModelManifest } from '../model-manifest.ts';
import { openEngine } from '../open-engine.ts';
import { PhotoAnalyser } from '../photo-analyser.ts';
import { collectGarbage } from './collect-garbage.ts';
import { toPlainError } from './plain-error.ts';
import { openPredictPort } from './predict-port.ts';
import {
  HEAVY_BYTES,
  type WorkerAnswer,
  type WorkerCall,
  type WorkerGreeting,
  type WorkerSettings,
  type WorkerTasks,
} from './worker-messages.ts';

const { engine, modelsDir, detector } = workerData as WorkerSettings;

// Awaited before the pool sends any work here: the first photo finds the models loaded and warm.
let analyser = await start();
let startingAgain: Promise<PhotoAnalyser | AppError> | undefined;

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
    case 'load':
      await loaded();
      return undefined;
    case 'intake':
      return takeIn(call.input.photo, call.input.header);
    case 'thumbnail':
      return makeThumbnail(call.input.photo, call.input.header);
    case 'preview':
      return makePreview(call.input.photo, call.input.header);
    case 'annotate': {
      const { photo, header, findings } = call.input;
      const annotated = await annotatePhoto(photo, header, findings);
      // All pixels of the photo.
      if (annotateMemory(header) > HEAVY_BYTES) await collectGarbage();
      return annotated;
    }
    case 'look': {
      const { photo, header, options, effort, pageMemory } = call.input;
      return (await loaded()).look(photo, header, options, effort, pageMemory);
    }
    case 'read': {
      const { page, pageMemory, regions, effort } = call.input;
      return (await loaded()).read(page, pageMemory, regions, effort);
    }
  }
}

/** Models that could not be loaded before may be there by now. */
async function loaded(): Promise<PhotoAnalyser> {
  if (analyser instanceof AppError) {
    startingAgain ??= start().finally(() => {
      startingAgain = undefined;
    });
    analyser = await startingAgain;
  }
  if (analyser instanceof AppError) throw analyser;
  return analyser;
}

async function start(): Promise<PhotoAnalyser | AppError> {
  const greet = (greeting: WorkerGreeting) => parentPort?.postMessage(greeting);
  try {
    const manifest = withDetector(await loadModelManifest(modelsDir), detector);
    const opened = await openEngine(engine, { modelsDir, manifest, openPort: openPredictPort });
    const started = new PhotoAnalyser(opened, manifest);
    if (opened.computesHere) await started.warmUp();
    greet({ threadId, kind: 'started' });
    return started;
  } catch (cause) {
    const error = new AppError('engine_unavailable', 'The models could not be loaded.', { cause });
    greet({ threadId, kind: 'failed', error: toPlainError(error) });
    return error;
  }
}
