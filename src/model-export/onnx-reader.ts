import type { Attribute, Graph, Node, Tensor, ValueInfo } from './graph.ts';
import {
  ATTRIBUTE_TYPES,
  type AttributeMessage,
  DATA_TYPES,
  decodeModel,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from './onnx-schema.ts';

/**
 * Reads an ONNX file as it stands: operators and attributes keep the form of the file's own opset.
 *
 * @throws Error when the bytes are no ONNX model or hold a data type that no model here uses.
 */
export function readOnnx(bytes: Uint8Array): Graph {
  const { graph } = decodeModel(bytes);
  const constants = new Map(
    graph.initializer.map((message) => [message.name ?? '', readTensor(message)] as const),
  );
  const nodes: Node[] = [];
  for (const message of graph.node) {
    const value = message.attribute.find((attribute) => attribute.name === 'value')?.t;
    const [output] = message.output;
    if (message.opType === 'Constant' && value && output) constants.set(output, readTensor(value));
    else nodes.push(readNode(message));
  }
  const inputs = graph.input.filter((input) => !constants.has(input.name)).map(readValueInfo);
  return { inputs, outputs: graph.output.map(readValueInfo), nodes, constants };
}

function readNode(message: NodeMessage): Node {
  const attributes: Record<string, Attribute> = {};
  for (const attribute of message.attribute) attributes[attribute.name] = readAttribute(attribute);
  return { op: message.opType, inputs: message.input, outputs: message.output, attributes };
}

function readAttribute(message: AttributeMessage): Attribute {
  switch (message.type) {
    case ATTRIBUTE_TYPES.float:
      return { kind: 'float', value: message.f ?? 0 };
    case ATTRIBUTE_TYPES.int:
      return { kind: 'int', value: message.i ?? 0 };
    case ATTRIBUTE_TYPES.string:
      return { kind: 'string', value: new TextDecoder().decode(message.s) };
    case ATTRIBUTE_TYPES.ints:
      return { kind: 'ints', value: message.ints ?? [] };
    default:
      throw new Error(`The attribute ${message.name} has the unknown type ${message.type}`);
  }
}

function readTensor({ name, dims: shape, dataType, ...message }: TensorMessage): Tensor {
  const raw = message.rawData?.length ? message.rawData : undefined;
  // A copy starts at offset 0, as views of wider numbers than bytes demand.
  const buffer = raw && new Uint8Array(raw).buffer;
  switch (dataType) {
    case DATA_TYPES.float32:
      return { dtype: 'float32', shape, data: new Float32Array(buffer ?? message.floatData ?? []) };
    case DATA_TYPES.int32:
      return { dtype: 'int32', shape, data: new Int32Array(buffer ?? message.int32Data ?? []) };
    case DATA_TYPES.int64: {
      const data = buffer
        ? new BigInt64Array(buffer)
        : BigInt64Array.from(message.int64Data ?? [], (value) => BigInt(value));
      return { dtype: 'int64', shape, data };
    }
    default:
      throw new Error(`The tensor ${name ?? ''} has the unknown data type ${dataType}`);
  }
}

function readValueInfo({ name, type }: ValueInfoMessage): ValueInfo {
  const { elemType, shape } = type.tensorType;
  if (elemType !== DATA_TYPES.float32) throw new Error(`${name} has the unexpected data type ${elemType}`);
  return {
    name,
    dtype: 'float32',
    shape: shape.dim.map((dim) => dim.dimParam || (dim.dimValue ?? 0)),
  };
}
