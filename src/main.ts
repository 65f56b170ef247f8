import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import { ConfigError, loadConfig } from './config.ts';
import { createLogger } from './logger.ts';
import { readEnvironment } from './read-environment.ts';
import { createServices } from './services.ts';

/** Requests in work at shutdown get this long to finish. */
const SHUTDOWN_GRACE_MS = 10_000;

async function main(): Promise<void> {
  const config = loadConfig(readEnvironment());
  const logger = createLogger(config.logLevel, process.stdout.isTTY === true);
  process.stdout.write('Starting ...\n');
  const services = await createServices(config, logger);
  const server = createApp(services).listen(config.port, config.host);

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    logger.info('stopping');
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    const impatience = setTimeout(() => server.closeAllConnections(), SHUTDOWN_GRACE_MS);
    await closed;
    clearTimeout(impatience);
    await services.close();
  };
  // A terminal tells the launcher and the program; the second telling must not end it half-way.
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  await services.pool.ready();
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`DetectX is ready: ${config.baseUrl.replace(/:0$/, `:${port}`)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});

/** One line for what the person at the terminal can put right; everything for what is the program's own fault. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return 'The port is in use by another program. Stop that, or set PORT to a free one.';
  }
  return error.stack ?? error.message;
}
