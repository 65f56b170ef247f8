import { type FloatTensor, floats } from './graph.ts';

/** Turns a kernel of TensorFlow's `Conv2D`, [height, width, inputs, outputs], into ONNX's [outputs, inputs, height, width]. */
export function hwioToOihw({ shape, data }: FloatTensor): FloatTensor {
  const [height = 0, width = 0, inputs = 0, outputs = 0] = shape;
  const taps = height * width;
  const turned = data.map((_, index) => {
    const output = Math.floor(index / (inputs * taps));
    const input = Math.floor(index / taps) % inputs;
    return data[((index % taps) * inputs + input) * outputs + output] ?? 0;
  });
  return floats([outputs, inputs, height, width], turned);
}

/** Turns a depthwise kernel of TensorFlow, [height, width, channels, 1], into ONNX's [channels, 1, height, width]. */
export function depthwiseToOihw({ shape, data }: FloatTensor): FloatTensor {
  const [height = 0, width = 0, channels = 0, multiplier = 0] = shape;
  if (multiplier !== 1) throw new Error(`A depthwise kernel has the multiplier ${multiplier}`);
  const taps = height * width;
  const turned = data.map((_, index) => data[(index % taps) * channels + Math.floor(index / taps)] ?? 0);
  return floats([channels, 1, height, width], turned);
}
