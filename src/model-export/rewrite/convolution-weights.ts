import {
  type FloatTensor,
  floatConstant,
  floats,
  type Graph,
  inputOf,
  type Node,
  numberOf,
  outputOf,
} from '../graph.ts';

/**
 * Scales and shifts what a `Conv` or `ConvTranspose` puts out, one factor and one summand per channel of output, by
 * changing its weights and bias.
 */
export function scaleOutput(
  graph: Graph,
  node: Node,
  factor: readonly number[],
  summand: readonly number[],
): void {
  const weights = floatConstant(graph, inputOf(node, 1));
  const channels = outputChannels(node, weights);
  const bias = biasOf(graph, node, channels);
  const channelOf = outputChannelIndex(node, weights);
  setWeights(
    graph,
    node,
    weights.shape,
    weights.data.map((value, index) => value * at(factor, channelOf(index))),
  );
  setBias(
    graph,
    node,
    bias.map((value, channel) => value * at(factor, channel) + at(summand, channel)),
  );
}

/**
 * Lets an unpadded or only scaled `Conv` read `x` where it read `factor * x + summand`, one of each per channel of
 * input. With a summand the convolution must not pad, since its padding stands for zeros *after* the summand.
 */
export function absorbInput(
  graph: Graph,
  node: Node,
  factor: readonly number[],
  summand: readonly number[],
): void {
  const weights = floatConstant(graph, inputOf(node, 1));
  const [outputs = 0, inputsPerGroup = 0, ...kernel] = weights.shape;
  const taps = kernel.reduce((product, size) => product * size, 1);
  const perGroup = outputs / numberOf(node, 'group', 1);
  const bias = biasOf(graph, node, outputs);
  const scaled = weights.data.map((value, index) => {
    const output = Math.floor(index / (taps * inputsPerGroup));
    const input =
      Math.floor(output / perGroup) * inputsPerGroup + (Math.floor(index / taps) % inputsPerGroup);
    bias[output] = at(bias, output) + value * at(summand, input);
    return value * at(factor, input);
  });
  setWeights(graph, node, weights.shape, scaled);
  setBias(graph, node, bias);
}

/** Puts the channels that a `Conv` gives out into another order: `order[i]` is the one that comes i-th. */
export function reorderOutput(graph: Graph, node: Node, order: readonly number[]): void {
  const weights = floatConstant(graph, inputOf(node, 1));
  const bias = biasOf(graph, node, order.length);
  const stride = weights.data.length / order.length;
  const rows = order.flatMap((channel) =>
    Array.from(weights.data.subarray(channel * stride, (channel + 1) * stride)),
  );
  setWeights(graph, node, weights.shape, rows);
  setBias(
    graph,
    node,
    order.map((channel) => at(bias, channel)),
  );
}

/** How many channels a convolution puts out. */
export function outputChannelsOf(graph: Graph, node: Node): number {
  return outputChannels(node, floatConstant(graph, inputOf(node, 1)));
}

/** How many channels a `Conv` takes. */
export function inputChannelsOf(graph: Graph, node: Node): number {
  return (floatConstant(graph, inputOf(node, 1)).shape[1] ?? 0) * numberOf(node, 'group', 1);
}

function outputChannels(node: Node, weights: FloatTensor): number {
  const [first = 0, second = 0] = weights.shape;
  return node.op === 'ConvTranspose' ? second * numberOf(node, 'group', 1) : first;
}

/** Where in the output's channels a weight counts: `Conv` has them first, an ungrouped `ConvTranspose` second. */
function outputChannelIndex(node: Node, { shape }: FloatTensor): (index: number) => number {
  const [, second = 0, ...kernel] = shape;
  const taps = kernel.reduce((product, size) => product * size, 1);
  return node.op === 'ConvTranspose'
    ? (index) => Math.floor(index / taps) % second
    : (index) => Math.floor(index / (taps * second));
}

function biasOf(graph: Graph, node: Node, channels: number): number[] {
  const name = node.inputs[2];
  return name ? Array.from(floatConstant(graph, name).data) : new Array<number>(channels).fill(0);
}

// New constants under new names: other nodes may share the old ones.
function setWeights(graph: Graph, node: Node, shape: number[], data: ArrayLike<number>): void {
  node.inputs[1] = `${outputOf(node)}/weights`;
  graph.constants.set(node.inputs[1], floats(shape, data));
}

function setBias(graph: Graph, node: Node, data: readonly number[]): void {
  node.inputs[2] = `${outputOf(node)}/bias`;
  graph.constants.set(node.inputs[2], floats([data.length], data));
}

function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`There is no channel ${index}`);
  return value;
}
