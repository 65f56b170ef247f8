import { floats, type Graph, int, int64s } from './graph.ts';
import { dropUnused } from './graph-links.ts';
import { takePixels } from './image-input.ts';
import { readOnnx } from './onnx-reader.ts';
import { DATA_TYPES } from './onnx-schema.ts';
import { contractHardSigmoids } from './rewrite/activations.ts';
import { foldIntoNextConvolutions } from './rewrite/fold-into-next.ts';
import { foldIntoPreviousConvolution } from './rewrite/fold-into-previous.ts';
import { modernise } from './rewrite/modernise.ts';

/**
 * Builds the text detector from PaddleOCR's differentiable binarisation network (PP-OCRv4, mobile) as shipped.
 * `image` uint8 [N,H,W,3] RGB, H and W multiples of 32; `map` uint8 [N,H,W], 255 times the probability of text.
 */
export function buildTextDetector(source: Uint8Array): Graph {
  const graph = readOnnx(source);
  modernise(graph);
  contractHardSigmoids(graph);
  foldIntoPreviousConvolution(graph);
  foldIntoNextConvolutions(graph);
  takePixels(graph, 'image', ['H', 'W'], {
    channels: 'bgr',
    mean: [0.485, 0.456, 0.406],
    deviation: [0.229, 0.224, 0.225],
  });
  giveBytes(graph);
  dropUnused(graph);
  return graph;
}

/** Rounds the probabilities, float [N,1,H,W], to steps of 1/255. */
function giveBytes(graph: Graph): void {
  const [output] = graph.outputs;
  if (!output) throw new Error('The text detector gives nothing out');
  graph.constants.set('map/255', floats([], [255]));
  graph.constants.set('map/half', floats([], [0.5]));
  graph.constants.set('map/axes', int64s([1]));
  graph.nodes.push(
    { op: 'Mul', inputs: [output.name, 'map/255'], outputs: ['map/scaled'], attributes: {} },
    // A cast cuts off: half a step more makes it round.
    { op: 'Add', inputs: ['map/scaled', 'map/half'], outputs: ['map/shifted'], attributes: {} },
    {
      op: 'Cast',
      inputs: ['map/shifted'],
      outputs: ['map/bytes'],
      attributes: { to: int(DATA_TYPES.uint8) },
    },
    { op: 'Squeeze', inputs: ['map/bytes', 'map/axes'], outputs: ['map'], attributes: {} },
  );
  graph.outputs = [{ name: 'map', dtype: 'uint8', shape: ['N', 'H', 'W'] }];
}
