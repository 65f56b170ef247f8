import { floatConstant, floats, type Graph, inputOf, int, ints, type Node } from './graph.ts';
import { DATA_TYPES } from './onnx-schema.ts';

/** How a network wants its pictures: the channels in its own order, each as `(value / 255 - mean) / deviation`. */
export interface Normalisation {
  channels: 'rgb' | 'bgr';
  /** In the network's channel order. */
  mean: readonly [number, number, number];
  deviation: readonly [number, number, number];
}

/**
 * Replaces a graph's float input, NCHW and normalised, by plain pixels: `name`, uint8 [N,height,width,3], RGB.
 *
 * The first convolution takes in the order of the channels and the scale. The mean is subtracted in the graph and not
 * moved into the bias: the convolution pads with zeros, which stand for the mean.
 */
export function takePixels(
  graph: Graph,
  name: string,
  [height, width]: [number | string, number | string],
  { channels, mean, deviation }: Normalisation,
): void {
  const [input] = graph.inputs;
  const first = graph.nodes.find((node) => node.inputs[0] === input?.name);
  if (!input || first?.op !== 'Conv') throw new Error('The network does not begin with one convolution');
  const weights = floatConstant(graph, inputOf(first, 1));
  const [, inputs = 0, ...kernel] = weights.shape;
  const taps = kernel.reduce((product, size) => product * size, 1);
  const own = (channel: number) => (channels === 'bgr' ? inputs - 1 - channel : channel);
  const data = weights.data.map((_, index) => {
    const channel = own(Math.floor(index / taps) % inputs);
    const from = (Math.floor(index / (taps * inputs)) * inputs + channel) * taps + (index % taps);
    return (weights.data[from] ?? 0) / (255 * (deviation[channel] ?? 1));
  });
  first.inputs[1] = `${name}/weights`;
  graph.constants.set(`${name}/weights`, floats(weights.shape, data));
  graph.constants.set(
    `${name}/mean`,
    floats(
      [1, inputs, 1, 1],
      mean.map((_, channel) => 255 * (mean[own(channel)] ?? 0)),
    ),
  );
  graph.inputs = [{ name, dtype: 'uint8', shape: ['N', height, width, inputs] }];
  first.inputs[0] = `${name}/centred`;
  graph.nodes.unshift(...pixelsToPlanes(name, `${name}/planes`), {
    op: 'Sub',
    inputs: [`${name}/planes`, `${name}/mean`],
    outputs: [`${name}/centred`],
    attributes: {},
  });
}

/** Turns pixels, uint8 NHWC, into planes of floats, NCHW, 0 to 255. */
export function pixelsToPlanes(pixels: string, planes: string): Node[] {
  // Transposed as bytes: a quarter of the memory to walk through.
  const transposed = `${planes}/bytes`;
  return [
    { op: 'Transpose', inputs: [pixels], outputs: [transposed], attributes: { perm: ints([0, 3, 1, 2]) } },
    { op: 'Cast', inputs: [transposed], outputs: [planes], attributes: { to: int(DATA_TYPES.float32) } },
  ];
}
