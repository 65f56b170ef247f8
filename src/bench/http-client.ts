import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Call {
  method?: 'GET' | 'POST';
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer | string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** Milliseconds from the call to the last byte of the answer. */
  ms: number;
}

/** Calls one server over connections that stay open, with as little work of its own as can be. */
export class HttpClient {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(port: number) {
    this.#port = port;
  }

  call({ method = 'GET', path, headers = {}, body }: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const start = performance.now();
      const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          agent: this.#agent,
          method,
          path,
          headers: { ...headers, ...length },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.once('error', reject);
          incoming.once('end', () => {
            const ms = performance.now() - start;
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text, ms });
          });
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  /** Reads an answer of any length as it comes and keeps nothing of it; returns how many lines it had. */
  countLines({ path, headers = {} }: Call): Promise<number> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port: this.#port, agent: this.#agent, path, headers },
        (incoming) => {
          let lines = 0;
          incoming.on('data', (chunk: Buffer) => {
            for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
          });
          incoming.once('error', reject);
          incoming.once('end', () => {
            if (incoming.statusCode === 200) resolve(lines);
            else reject(new Error(`${path} answered ${incoming.statusCode}`));
          });
        },
      );
      outgoing.once('error', reject);
      outgoing.end();
    });
  }

  /** As `call`, for calls that only count when they succeed: a refusal would be quick and mean nothing. */
  async callWell(call: Call): Promise<Answer> {
    const answer = await this.call(call);
    if (answer.status >= 400) {
      throw new Error(`${call.path} answered ${answer.status}: ${answer.body.slice(0, 300)}`);
    }
    return answer;
  }

  close(): void {
    this.#agent.destroy();
  }
}
