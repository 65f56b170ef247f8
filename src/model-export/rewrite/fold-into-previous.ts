import { floatConstant, type Graph, inputOf, type Node, numberOf, outputOf, scalarOf } from '../graph.ts';
import { dropUnused, GraphLinks, replaceValue } from '../graph-links.ts';
import { outputChannelsOf, scaleOutput } from './convolution-weights.ts';

/**
 * Folds what stands alone behind a convolution and is affine in each channel (batch normalisation, multiplication
 * by or addition of a constant) into the convolution's weights and bias.
 */
export function foldIntoPreviousConvolution(graph: Graph): void {
  for (const convolution of graph.nodes.filter(({ op }) => op === 'Conv' || op === 'ConvTranspose')) {
    for (;;) {
      const next = new GraphLinks(graph).onlyConsumer(outputOf(convolution));
      const affine =
        next && affineOf(graph, next, outputOf(convolution), outputChannelsOf(graph, convolution));
      if (!next || !affine) break;
      scaleOutput(graph, convolution, affine.factor, affine.summand);
      graph.nodes.splice(graph.nodes.indexOf(next), 1);
      replaceValue(graph, outputOf(next), outputOf(convolution));
    }
  }
  dropUnused(graph);
}

function affineOf(
  graph: Graph,
  node: Node,
  value: string,
  channels: number,
): { factor: number[]; summand: number[] } | undefined {
  if (node.op === 'BatchNormalization') {
    const [scale, shift, mean, variance] = [1, 2, 3, 4].map((input) =>
      Array.from(floatConstant(graph, inputOf(node, input)).data),
    );
    if (!scale || !shift || !mean || !variance) return undefined;
    const epsilon = numberOf(node, 'epsilon', 1e-5);
    const factor = scale.map((gamma, channel) => gamma / Math.sqrt((variance[channel] ?? 0) + epsilon));
    const summand = shift.map((beta, channel) => beta - (mean[channel] ?? 0) * (factor[channel] ?? 0));
    return { factor, summand };
  }
  if (node.op !== 'Mul' && node.op !== 'Add') return undefined;
  const operand = perChannel(graph, node.inputs[node.inputs[0] === value ? 1 : 0], channels);
  if (!operand) return undefined;
  const fill = (number: number) => new Array<number>(channels).fill(number);
  return node.op === 'Mul' ? { factor: operand, summand: fill(0) } : { factor: fill(1), summand: operand };
}

/** A constant that holds one number, or one per channel of an NCHW value. */
function perChannel(graph: Graph, name: string | undefined, channels: number): number[] | undefined {
  const scalar = scalarOf(graph, name);
  if (scalar !== undefined) return new Array<number>(channels).fill(scalar);
  const constant = name === undefined ? undefined : graph.constants.get(name);
  const isVector = constant?.dtype === 'float32' && constant.shape.join() === [1, channels, 1, 1].join();
  return isVector ? Array.from(constant.data, Number) : undefined;
}
