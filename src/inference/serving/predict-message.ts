import { AppError } from '../../errors.ts';
import type { Prediction, Tensor, Tensors } from '../engine.ts';
import type { Servable } from '../servable.ts';
import { toModelSpec } from './model-spec.ts';
import { PREDICT_REQUEST, PREDICT_RESPONSE, type PredictResponseMessage } from './serving-schema.ts';
import { fromTensorMessage, toTensorMessage } from './tensor-message.ts';

/** @param outputs names of the outputs that are wanted; a server need not send the others. */
export function encodePredictRequest(
  servable: Servable,
  inputs: Tensors,
  outputs: readonly string[],
): Uint8Array {
  const messages = Object.entries(inputs).map(([name, tensor]) => [name, toTensorMessage(tensor)] as const);
  return PREDICT_REQUEST.encode({
    modelSpec: toModelSpec(servable),
    inputs: Object.fromEntries(messages),
    outputFilter: [...outputs],
  });
}

/** @throws AppError `analysis_failed` when the bytes are no answer, or one that no signature here allows. */
export function decodePredictResponse(bytes: Uint8Array): Prediction {
  try {
    const { outputs, modelSpec } = PREDICT_RESPONSE.decode(bytes);
    return { outputs: readOutputs(outputs), version: spell(modelSpec) };
  } catch (cause) {
    throw new AppError('analysis_failed', 'The model answers in a form that DetectX does not know.', {
      cause,
    });
  }
}

/** The version that answered, without a look at the tensors; undefined when the bytes are no answer. */
export function answeringVersion(bytes: Uint8Array): string | undefined {
  try {
    return spell(PREDICT_RESPONSE.decode(bytes).modelSpec);
  } catch {
    return undefined;
  }
}

function spell(modelSpec: PredictResponseMessage['modelSpec']): string {
  return String(modelSpec?.version?.value ?? 'unknown');
}

function readOutputs(messages: PredictResponseMessage['outputs']): Tensors {
  const outputs: Record<string, Tensor> = {};
  for (const [name, message] of Object.entries(messages)) outputs[name] = fromTensorMessage(message);
  return outputs;
}
