import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type { Engine, Tensor, Tensors } from '../../src/inference/engine.ts';
import { loadModelManifest, type ModelName } from '../../src/inference/model-manifest.ts';
import { openEngine } from '../../src/inference/open-engine.ts';
import {
  METHODS,
  MODEL_STATUS_REQUEST,
  MODEL_STATUS_RESPONSE,
  type ModelSpecMessage,
  PREDICT_REQUEST,
  PREDICT_RESPONSE,
  type TensorMessage,
} from '../../src/inference/serving/serving-schema.ts';
import { fromTensorMessage, toTensorMessage } from '../../src/inference/serving/tensor-message.ts';

const MODELS_DIR = fileURLToPath(new URL('../../models', import.meta.url));

/** The states of a version, as `ModelVersionStatus.State` numbers them. */
const STATES = { loading: 20, available: 30, unloading: 40, ended: 50 } as const;

interface Version {
  number: number;
  state: keyof typeof STATES;
  error?: string;
}

export interface StandInOptions {
  /** Server certificate and key, for TLS. */
  tls?: { certificate: Buffer; key: Buffer };
}

/** A call that came in. */
interface Received {
  model: string;
  signature: string;
  outputs: string[];
  /** Length of the message. */
  bytes: number;
  inputBytes: number;
}

/**
 * Stands in for TensorFlow Serving: speaks the gRPC wire format of both services and answers from the embedded engine.
 * It can be told to be slow, to fail, to load and swap versions, and to answer in either encoding.
 */
export class ServingStandIn {
  /** Waits so long before each answer. */
  latencyMs = 0;
  /** Whether the calls by which models are tested go well, whatever is told below. */
  sparesTests = true;
  /** Refuses calls with this code; so many of them, and those of one model alone, where that is given. */
  failure: { code: status; times?: number; model?: ModelName } | null = null;
  /** `content`: values as plain bytes. `lists`: as typed lists, which is what TensorFlow Serving does unless told. */
  encoding: 'content' | 'lists' = 'lists';
  /** Changes what is answered. */
  distort: (outputs: Tensors) => Tensors = (outputs) => outputs;
  /** The versions of each servable by its name. */
  readonly servables = new Map<string, Version[]>();
  /** Labels of versions, by servable. */
  readonly labels = new Map<string, Record<string, number>>();
  readonly received: Received[] = [];

  readonly #engine: Engine;
  readonly #options: StandInOptions;
  #server = new Server();
  port = 0;

  private constructor(engine: Engine, options: StandInOptions) {
    this.#engine = engine;
    this.#options = options;
    for (const model of ['object_detector', 'text_detector', 'text_recognizer']) {
      this.servables.set(model, [{ number: 1, state: 'available' }]);
    }
  }

  static async start(options: StandInOptions = {}): Promise<ServingStandIn> {
    const manifest = await loadModelManifest(MODELS_DIR);
    const openPort = () => {
      throw new Error('The embedded engine calls no server');
    };
    const engine = await openEngine({ name: 'embedded' }, { modelsDir: MODELS_DIR, manifest, openPort });
    const standIn = new ServingStandIn(engine, options);
    await standIn.listen(0);
    return standIn;
  }

  get address(): string {
    return `localhost:${this.port}`;
  }

  /** Opens the port, also again after `kill`. */
  async listen(port = this.port): Promise<void> {
    const raw = { requestStream: false, responseStream: false } as const;
    const bytes = (value: Uint8Array) => Buffer.from(value);
    const codec = {
      requestSerialize: bytes,
      requestDeserialize: (value: Buffer) => value,
      responseSerialize: bytes,
      responseDeserialize: (value: Buffer) => value,
    };
    this.#server = new Server({ 'grpc.max_receive_message_length': -1 });
    this.#server.addService(
      {
        predict: { path: METHODS.predict, ...raw, ...codec },
        getModelStatus: { path: METHODS.getModelStatus, ...raw, ...codec },
      },
      {
        predict: this.#answering((request) => this.#predict(request)),
        getModelStatus: this.#answering(async (request) => this.#status(request)),
      },
    );
    const { tls } = this.#options;
    const credentials = tls
      ? ServerCredentials.createSsl(null, [{ cert_chain: tls.certificate, private_key: tls.key }])
      : ServerCredentials.createInsecure();
    this.port = await new Promise((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
  }

  /** Ends at once, in the middle of whatever it does. */
  kill(): void {
    this.#server.forceShutdown();
  }

  async close(): Promise<void> {
    this.kill();
    await this.#engine.close();
  }

  /** Brings up another version as TensorFlow Serving does: it is loaded, and then the one before is unloaded. */
  async swap(servable: string, number: number, loadMs = 0): Promise<void> {
    const versions = this.servables.get(servable) ?? [];
    const next: Version = { number, state: 'loading' };
    this.servables.set(servable, [...versions, next]);
    await delay(loadMs);
    next.state = 'available';
    for (const version of versions) version.state = 'ended';
  }

  #answering(answer: (request: Buffer) => Promise<Uint8Array>) {
    return async (call: ServerUnaryCall<Buffer, Uint8Array>, reply: sendUnaryData<Uint8Array>) => {
      try {
        reply(null, await answer(call.request));
      } catch (error) {
        const { code = status.INTERNAL, message } = error as Partial<Fault>;
        reply({ code, details: message ?? '' });
      }
    };
  }

  async #predict(bytes: Buffer): Promise<Uint8Array> {
    const { modelSpec, inputs, outputFilter = [] } = PREDICT_REQUEST.decode(bytes);
    const { name, signatureName = '' } = modelSpec;
    const inputBytes = Object.values(inputs).reduce(
      (sum, input) => sum + (input.tensorContent?.length ?? 0),
      0,
    );
    this.received.push({
      model: name,
      signature: signatureName,
      outputs: outputFilter,
      bytes: bytes.length,
      inputBytes,
    });
    const version = this.#find(modelSpec);
    await delay(this.latencyMs);
    const spared = this.sparesTests && isTest(inputBytes);
    if (!spared) this.#failWhereTold(name);
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([input, message]) => [input, fromTensorMessage(message)]),
    );
    const { outputs } = await this.#engine
      .predict(name as ModelName, tensors, { cores: 'one', deadline: Number.POSITIVE_INFINITY })
      .catch((error: Error) => {
        throw new Fault(status.INVALID_ARGUMENT, String(error.cause));
      });
    const answered = Object.entries(spared ? outputs : this.distort(outputs)).filter(
      ([output]) => outputFilter.length === 0 || outputFilter.includes(output),
    );
    const encode = this.encoding === 'content' ? toTensorMessage : toListMessage;
    return PREDICT_RESPONSE.encode({
      outputs: Object.fromEntries(answered.map(([output, tensor]) => [output, encode(tensor)])),
      modelSpec: { name, version: { value: version.number }, signatureName },
    });
  }

  #status(bytes: Buffer): Uint8Array {
    const { modelSpec } = MODEL_STATUS_REQUEST.decode(bytes);
    const asked = modelSpec.version?.value;
    const versions = (this.servables.get(modelSpec.name) ?? []).filter(
      ({ number }) => asked === undefined || number === asked,
    );
    if (versions.length === 0) throw notFound(modelSpec);
    return MODEL_STATUS_RESPONSE.encode({
      modelVersionStatus: versions.map(({ number, state, error }) => ({
        version: number,
        state: STATES[state],
        status: { errorCode: error ? status.INTERNAL : status.OK, errorMessage: error ?? '' },
      })),
    });
  }

  #find({ name, version, versionLabel, signatureName }: ModelSpecMessage): Version {
    if (signatureName && signatureName !== 'serving_default') {
      throw new Fault(status.FAILED_PRECONDITION, `Serving signature key "${signatureName}" not found.`);
    }
    const available = (this.servables.get(name) ?? []).filter(({ state }) => state === 'available');
    const labelled = versionLabel === undefined ? undefined : this.labels.get(name)?.[versionLabel];
    if (versionLabel !== undefined && labelled === undefined) {
      throw new Fault(status.INVALID_ARGUMENT, `Unrecognized servable version label: ${versionLabel}`);
    }
    const asked = version?.value ?? labelled;
    const found = available
      .toSorted((a, b) => b.number - a.number)
      .find(({ number }) => asked === undefined || number === asked);
    if (!found) throw notFound({ name });
    return found;
  }

  #failWhereTold(model: string): void {
    const { failure } = this;
    if (!failure || failure.times === 0 || (failure.model && failure.model !== model)) return;
    if (failure.times !== undefined) failure.times--;
    throw new Fault(failure.code, 'told to fail');
  }
}

/** Whether a call is one of those by which models are tested: grey pixels, and fewer than of any photo. */
export function isTest(inputBytes: number): boolean {
  return inputBytes === 320 * 320 * 3 || inputBytes === 48 * 320 * 3;
}

class Fault extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

function notFound({ name }: ModelSpecMessage): Fault {
  return new Fault(status.NOT_FOUND, `Servable not found for request: Latest(${name})`);
}

/** A tensor with its values as a typed list, without those at the end that repeat the last but one. */
function toListMessage({ dtype, shape, data }: Tensor): TensorMessage {
  const tensorShape = { dim: shape.map((size) => ({ size })) };
  let length = data.length;
  while (length > 1 && data[length - 1] === data[length - 2]) length--;
  if (dtype === 'float32') {
    const values = new Uint8Array(data.slice(0, length).buffer);
    return { dtype: 1, tensorShape, floatVal: values };
  }
  const packed: number[] = [];
  for (const value of data.subarray(0, length)) {
    // What is negative is spelt as the 64 bits of its two's complement.
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) packed.push(Number(rest & 127n) | 128);
    packed.push(Number(rest));
  }
  return { dtype: dtype === 'int32' ? 3 : 4, tensorShape, intVal: Uint8Array.from(packed) };
}
