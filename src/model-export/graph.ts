/**
 * The graph that every source is read into and every format is written from: ONNX operators (default domain,
 * opset 17) over named values, with the constants apart from the nodes.
 */
export interface Graph {
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  /** In an order where every node follows what it reads. */
  nodes: Node[];
  constants: Map<string, Tensor>;
}

export interface Node {
  op: string;
  /** An empty name is an optional input left out. */
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
}

export type Attribute =
  | { kind: 'int'; value: number }
  | { kind: 'float'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'ints'; value: number[] };

export type Dtype = 'float32' | 'uint8' | 'int32' | 'int64';

export interface ValueInfo {
  name: string;
  dtype: Dtype;
  /** A number is fixed; a name stands for a size that each call chooses. */
  shape: (number | string)[];
}

/** A constant, its values in row-major order. */
export type Tensor =
  | { dtype: 'float32'; shape: number[]; data: Float32Array }
  | { dtype: 'uint8'; shape: number[]; data: Uint8Array }
  | { dtype: 'int32'; shape: number[]; data: Int32Array }
  | { dtype: 'int64'; shape: number[]; data: BigInt64Array };

export type FloatTensor = Extract<Tensor, { dtype: 'float32' }>;

export const int = (value: number): Attribute => ({ kind: 'int', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const text = (value: string): Attribute => ({ kind: 'string', value });
export const ints = (value: number[]): Attribute => ({ kind: 'ints', value });

export function floats(shape: number[], data: ArrayLike<number>): FloatTensor {
  return { dtype: 'float32', shape, data: Float32Array.from(data) };
}

export function int64s(values: readonly number[], shape = [values.length]): Tensor {
  return { dtype: 'int64', shape, data: BigInt64Array.from(values, (value) => BigInt(value)) };
}

export function int32s(values: readonly number[], shape = [values.length]): Tensor {
  return { dtype: 'int32', shape, data: Int32Array.from(values) };
}

/** The one output of a node that has one. */
export function outputOf(node: Node): string {
  const [output] = node.outputs;
  if (output === undefined) throw new Error(`${node.op} has no output`);
  return output;
}

/** The name of a node's input that must be there. */
export function inputOf(node: Node, index: number): string {
  const input = node.inputs[index];
  if (!input) throw new Error(`${node.op} ${node.outputs.join(' ')} has no input ${index}`);
  return input;
}

/** The values of a node's attribute of integers, or the fallback where it is absent. */
export function intsOf(node: Node, name: string, fallback?: number[]): number[] {
  const attribute = node.attributes[name];
  if (attribute?.kind === 'ints') return attribute.value;
  if (attribute === undefined && fallback !== undefined) return fallback;
  throw new Error(`${node.op} ${node.outputs.join(' ')} lacks the integers ${name}`);
}

/** The value of a node's attribute of one number, or the fallback where it is absent. */
export function numberOf(node: Node, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'int' || attribute?.kind === 'float' ? attribute.value : fallback;
}

export function floatConstant(graph: Graph, name: string): FloatTensor {
  const tensor = graph.constants.get(name);
  if (tensor?.dtype !== 'float32') throw new Error(`${name} is no constant of floats`);
  return tensor;
}

/** The value of a constant that holds a single float, or `undefined` for anything else. */
export function scalarOf(graph: Graph, name: string | undefined): number | undefined {
  const tensor = name === undefined ? undefined : graph.constants.get(name);
  return tensor?.dtype === 'float32' && tensor.data.length === 1 ? tensor.data[0] : undefined;
}
