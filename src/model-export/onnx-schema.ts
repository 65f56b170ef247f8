import protobuf from 'protobufjs';

/**
 * The fields of ONNX's protobuf messages that the models here use, under the numbers that
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto gives them.
 */
const SCHEMA = `
  syntax = "proto2";
  message ModelProto {
    optional int64 ir_version = 1;
    optional string producer_name = 2;
    optional string producer_version = 3;
    optional GraphProto graph = 7;
    repeated OperatorSetIdProto opset_import = 8;
  }
  message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
  message GraphProto {
    repeated NodeProto node = 1;
    optional string name = 2;
    repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
  }
  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    optional string name = 3;
    optional string op_type = 4;
    repeated AttributeProto attribute = 5;
  }
  message AttributeProto {
    optional string name = 1;
    optional float f = 2;
    optional int64 i = 3;
    optional bytes s = 4;
    optional TensorProto t = 5;
    repeated float floats = 7;
    repeated int64 ints = 8;
    optional int32 type = 20;
  }
  message TensorProto {
    repeated int64 dims = 1;
    optional int32 data_type = 2;
    repeated float float_data = 4 [packed = true];
    repeated int32 int32_data = 5 [packed = true];
    repeated int64 int64_data = 7 [packed = true];
    optional string name = 8;
    optional bytes raw_data = 9;
  }
  message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
  message TypeProto {
    message Tensor { optional int32 elem_type = 1; optional TensorShapeProto shape = 2; }
    optional Tensor tensor_type = 1;
  }
  message TensorShapeProto {
    message Dimension { optional int64 dim_value = 1; optional string dim_param = 2; }
    repeated Dimension dim = 1;
  }
`;

export interface ModelMessage {
  irVersion: number;
  producerName: string;
  producerVersion: string;
  graph: GraphMessage;
  opsetImport: { domain: string; version: number }[];
}

export interface GraphMessage {
  node: NodeMessage[];
  name: string;
  initializer: TensorMessage[];
  input: ValueInfoMessage[];
  output: ValueInfoMessage[];
}

export interface NodeMessage {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  attribute: AttributeMessage[];
}

export interface AttributeMessage {
  name: string;
  type: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: TensorMessage;
  ints?: number[];
}

export interface TensorMessage {
  name?: string;
  dims: number[];
  dataType: number;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: number[];
  rawData?: Uint8Array;
}

export interface ValueInfoMessage {
  name: string;
  type: {
    tensorType: { elemType: number; shape: { dim: { dimValue?: number; dimParam?: string }[] } };
  };
}

/** The codes of `TensorProto.data_type`. */
export const DATA_TYPES = { float32: 1, uint8: 2, int32: 6, int64: 7 } as const;

/** The codes of `AttributeProto.type`. */
export const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, tensor: 4, ints: 7 } as const;

const modelType = protobuf.parse(SCHEMA).root.lookupType('ModelProto');

/** @throws Error when the bytes are no protobuf message of this kind. */
export function decodeModel(bytes: Uint8Array): ModelMessage {
  const message = modelType.toObject(modelType.decode(bytes), { longs: Number, arrays: true });
  return message as unknown as ModelMessage;
}

export function encodeModel(model: ModelMessage): Uint8Array {
  return modelType.encode(modelType.fromObject(model)).finish();
}
