import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createApp } from './app.ts';
import type { Services } from './services.ts';
import { StartError } from './start-error.ts';

/**
 * How long a connection without a request stays open: longer than proxies keep theirs (a minute, as a rule), so that none
 * sends a request on one that is being closed.
 */
const KEEP_ALIVE_MS = 75_000;

/**
 * How long a request may take to arrive: a data set of 1000 MB over a line of 1 Mbit/s takes two and a half hours. Its head
 * has a minute, as Node sets it, and a body that stops arriving is given up much earlier.
 */
const ARRIVAL_MS = 3 * 60 * 60 * 1000;

interface Address {
  port: number;
  host: string;
}

/**
 * Opens the port, takes up what an earlier run left, and begins what is done by the hour. Requests that come meanwhile wait, so that none of them is
 * taken for something left half-way.
 *
 * @returns The server, when it answers.
 * @throws {StartError} when the port cannot be opened; then nothing has been touched.
 */
export async function serve(services: Services, address: Address): Promise<Server> {
  const app = createApp(services);
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const server = createServer(async (request, response) => {
    await opened;
    giveUpIdleBody(request, services.limits.idleMs);
    app(request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = ARRIVAL_MS;
  await listen(server, address);
  await services.photos.recover();
  services.trash.start();
  services.reanalysisRunner.wake();
  open();
  return server;
}

/** Closes the connection of a body that stops arriving; how long the answer takes is another matter. */
function giveUpIdleBody(request: IncomingMessage, idleMs: number): void {
  const { headers, socket } = request;
  if (headers['transfer-encoding'] === undefined && !Number(headers['content-length'])) return;
  request.setTimeout(idleMs, () => socket.destroy());
  request.once('end', () => socket.setTimeout(0));
}

function listen(server: Server, address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(explained(error, address));
    server.once('error', refuse);
    server.listen(address.port, address.host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

function explained(error: NodeJS.ErrnoException, { port, host }: Address): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new StartError(
        `Port ${port} is in use by another program. Stop that, or set PORT to a free one.`,
      );
    case 'EACCES':
      return new StartError(`This user may not open port ${port}. Set PORT to 1024 or above.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(`HOST is "${host}", which is not an address of this machine.`);
    default:
      return error;
  }
}
