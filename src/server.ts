import { createServer, type Server } from 'node:http';
import { createApp } from './app.ts';
import type { Services } from './services.ts';
import { StartError } from './start-error.ts';

interface Address {
  port: number;
  host: string;
}

/**
 * Opens the port and takes up what an earlier run left. Requests that come meanwhile wait, so that none of them is
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
  const server = createServer((request, response) => void opened.then(() => app(request, response)));
  await listen(server, address);
  await services.photos.recover();
  open();
  return server;
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
