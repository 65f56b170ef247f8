import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as the stand-in got it. */
export interface TrackingCall {
  /** Behind `/api/2.0/mlflow/`, with the method before it. */
  what: string;
  body: Record<string, unknown>;
  authorization: string | undefined;
}

/** A small MLflow tracking server: what runs were begun, and what was logged to them. */
export class MlflowStandIn {
  readonly calls: TrackingCall[] = [];
  /** Ids of runs, and whether they have ended or were deleted; of one that is not here nothing is known. */
  readonly runs = new Map<string, 'RUNNING' | 'FINISHED' | 'DELETED'>();
  /** Answers every call with this status, or not at all. */
  fault: number | 'silence' | null = null;
  /** The only path that the fault meets; null for all. */
  faultyPath: string | null = null;
  experiment: { name: string; stage: 'active' | 'deleted' } | null = null;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((req, res) => {
      void bodyOf(req).then((body) => {
        if (this.fault === 'silence') return;
        const { status, answer } = this.#answer(req, body);
        res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
  }

  static async start(): Promise<MlflowStandIn> {
    const standIn = new MlflowStandIn();
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The metrics of all batches that it took, as `key step value`. */
  get metrics(): string[] {
    const batches = this.calls.filter(({ what }) => what === 'POST runs/log-batch');
    return batches.flatMap(({ body }) =>
      ((body.metrics ?? []) as { key: string; step: number; value: number }[]).map(
        ({ key, step, value }) => `${key} ${step} ${value}`,
      ),
    );
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(req: IncomingMessage, body: Record<string, unknown>): { status: number; answer: object } {
    const [path = '', query] = (req.url ?? '').replace('/tracking/api/2.0/mlflow/', '').split('?');
    if (this.fault !== null && path === (this.faultyPath ?? path)) {
      return { status: Number(this.fault), answer: {} };
    }
    const runId = String(body.run_id);
    if (body.run_id !== undefined && !this.runs.has(runId)) return missing;
    if (this.runs.get(runId) === 'DELETED') return refused('INVALID_PARAMETER_VALUE');
    this.calls.push({ what: `${req.method} ${path}`, body, authorization: req.headers.authorization });
    switch (path) {
      case 'experiments/get-by-name':
        if (this.experiment === null || query !== `experiment_name=${this.experiment.name}`) return missing;
        return {
          status: 200,
          answer: { experiment: { experiment_id: '7', lifecycle_stage: this.experiment.stage } },
        };
      case 'experiments/create':
        if (this.experiment?.name === body.name) return refused('RESOURCE_ALREADY_EXISTS');
        this.experiment = { name: String(body.name), stage: 'active' };
        return { status: 200, answer: { experiment_id: '7' } };
      case 'experiments/restore':
        if (this.experiment === null || body.experiment_id !== '7') return missing;
        this.experiment.stage = 'active';
        return { status: 200, answer: {} };
      case 'runs/create': {
        if (this.experiment?.stage !== 'active') return refused('INVALID_STATE');
        const id = `run-${this.runs.size}`;
        this.runs.set(id, 'RUNNING');
        return { status: 200, answer: { run: { info: { run_id: id } } } };
      }
      case 'runs/update':
        this.runs.set(runId, 'FINISHED');
        return { status: 200, answer: {} };
      case 'runs/log-batch':
        return { status: 200, answer: {} };
      default:
        return missing;
    }
  }
}

const refused = (error_code: string) => ({ status: 400, answer: { error_code, message: 'Not so.' } });
const missing = { status: 404, answer: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'No such thing.' } };

async function bodyOf(req: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of req) text += chunk;
  return text === '' ? {} : JSON.parse(text);
}
