import {
  type FloatTensor,
  floatConstant,
  floats,
  type Graph,
  inputOf,
  int,
  type Node,
  numberOf,
  outputOf,
} from '../graph.ts';
import { GraphLinks } from '../graph-links.ts';

/** The blocked layout of ONNX Runtime takes depthwise convolutions of a multiple of so many channels. */
const GRANULE = 4;
/** How many channels lie together in a block, on machines with AVX-512. */
const BLOCK = 16;

/**
 * Fills up the channels of depthwise convolutions with zeros, from the convolution before to the one behind, where
 * their number would keep them out of the blocked layout. A few more zeros cost less than the way out and back.
 */
export function padDepthwiseChannels(graph: Graph): void {
  const links = new GraphLinks(graph);
  for (const depthwise of graph.nodes.filter(isDepthwise)) {
    const channels = numberOf(depthwise, 'group', 1);
    if (channels % GRANULE === 0) continue;
    const activation = links.producer(depthwise.inputs[0]);
    const before = activation?.op === 'Relu' ? links.producer(activation.inputs[0]) : activation;
    const after = links.onlyConsumer(outputOf(depthwise));
    const isChain =
      before?.op === 'Conv' &&
      after?.op === 'Conv' &&
      links.onlyConsumer(inputOf(depthwise, 0)) === depthwise &&
      (before === activation || links.onlyConsumer(outputOf(before)) === activation);
    if (!isChain) continue;
    const padded = Math.ceil(channels / BLOCK) * BLOCK;
    padOutput(graph, before, padded);
    padOutput(graph, depthwise, padded);
    depthwise.attributes.group = int(padded);
    padInput(graph, after, padded);
  }
}

function isDepthwise(node: Node): boolean {
  return node.op === 'Conv' && numberOf(node, 'group', 1) > 1;
}

function padOutput(graph: Graph, node: Node, channels: number): void {
  const [weights, bias] = [inputOf(node, 1), node.inputs[2]];
  setConstant(graph, node, 1, padAxis(floatConstant(graph, weights), 0, channels));
  if (bias) setConstant(graph, node, 2, padAxis(floatConstant(graph, bias), 0, channels));
}

function padInput(graph: Graph, node: Node, channels: number): void {
  setConstant(graph, node, 1, padAxis(floatConstant(graph, inputOf(node, 1)), 1, channels));
}

function setConstant(graph: Graph, node: Node, input: number, tensor: FloatTensor): void {
  const name = `${outputOf(node)}/padded ${input}`;
  graph.constants.set(name, tensor);
  node.inputs[input] = name;
}

/** Lengthens one axis with zeros. */
function padAxis({ shape, data }: FloatTensor, axis: number, size: number): FloatTensor {
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const outer = shape.slice(0, axis).reduce((product, length) => product * length, 1);
  const row = (shape[axis] ?? 0) * inner;
  const padded = new Float32Array(outer * size * inner);
  for (let index = 0; index < outer; index += 1) {
    padded.set(data.subarray(index * row, (index + 1) * row), index * size * inner);
  }
  return floats(shape.with(axis, size), padded);
}
