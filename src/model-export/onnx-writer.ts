import type { Attribute, Graph, Node, Tensor, ValueInfo } from './graph.ts';
import {
  ATTRIBUTE_TYPES,
  type AttributeMessage,
  DATA_TYPES,
  encodeModel,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from './onnx-schema.ts';

/** The operator set that every graph here is written in, and the file format that came with it. */
const OPSET = 17;
const IR_VERSION = 8;

/** Writes a graph as an ONNX file. The same graph always gives the same bytes. */
export function writeOnnx(graph: Graph, name: string, version: string): Uint8Array {
  return encodeModel({
    irVersion: IR_VERSION,
    producerName: 'detectx',
    producerVersion: version,
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name,
      node: graph.nodes.map(writeNode),
      initializer: [...graph.constants].map(([constant, tensor]) => writeTensor(constant, tensor)),
      input: graph.inputs.map(writeValueInfo),
      output: graph.outputs.map(writeValueInfo),
    },
  });
}

function writeNode(node: Node): NodeMessage {
  return {
    input: node.inputs,
    output: node.outputs,
    name: node.outputs[0] ?? '',
    opType: node.op,
    attribute: Object.entries(node.attributes).map(([name, attribute]) => writeAttribute(name, attribute)),
  };
}

function writeAttribute(name: string, attribute: Attribute): AttributeMessage {
  const type = ATTRIBUTE_TYPES[attribute.kind];
  switch (attribute.kind) {
    case 'int':
      return { name, type, i: attribute.value };
    case 'float':
      return { name, type, f: attribute.value };
    case 'string':
      return { name, type, s: new TextEncoder().encode(attribute.value) };
    case 'ints':
      return { name, type, ints: attribute.value };
  }
}

function writeTensor(name: string, { dtype, shape, data }: Tensor): TensorMessage {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims: shape, dataType: DATA_TYPES[dtype], rawData };
}

function writeValueInfo({ name, dtype, shape }: ValueInfo): ValueInfoMessage {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPES[dtype], shape: { dim } } } };
}
