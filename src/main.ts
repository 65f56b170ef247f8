import type { AddressInfo } from 'node:net';
import { loadConfig } from './config.ts';
import { explainStart } from './explain-start.ts';
import { createLogger } from './logger.ts';
import { readEnvironment } from './read-environment.ts';
import { serve } from './server.ts';
import { createServices } from './services.ts';

/** Requests in work at shutdown get this long to finish. */
const SHUTDOWN_GRACE_MS = 10_000;
/** A connection whose last request has been answered is closed within this. */
const SHUTDOWN_LOOK_MS = 100;

async function main(): Promise<void> {
  // Photos, mail and the database are nobody else's on this machine.
  process.umask(0o077);
  const config = loadConfig(readEnvironment());
  const logger = createLogger(config.logLevel, process.stdout.isTTY === true);
  process.stdout.write('Starting ...\n');
  if (config.baseUrl.startsWith('https:') && config.trustProxy === false) {
    logger.warn('BASE_URL is https, but TRUST_PROXY is not set: cookies are sent without protection of TLS');
  }
  const services = await createServices(config, logger);
  const server = await serve(services, config);

  let stopping = false;
  const stop = async () => {
    // A terminal tells the launcher and the program; the second telling must not end it half-way.
    if (stopping) return;
    stopping = true;
    logger.info('stopping');
    const closed = new Promise((resolve) => server.close(resolve));
    const idle = setInterval(() => server.closeIdleConnections(), SHUTDOWN_LOOK_MS);
    const impatience = setTimeout(() => server.closeAllConnections(), SHUTDOWN_GRACE_MS);
    await closed;
    clearInterval(idle);
    clearTimeout(impatience);
    await services.close();
  };
  const stopNow = () => {
    stop().catch((error: unknown) => {
      logger.fatal({ err: error }, 'stopping failed');
      process.exit(1);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stopNow);
  // The launcher is gone, and with it whoever would tell this program to stop.
  process.once('disconnect', stopNow);
  process.channel?.unref();

  await services.pool.ready().catch((error: unknown) => {
    // Told to stop before it was ready.
    if (!stopping) throw error;
  });
  if (stopping) return;
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`DetectX is ready: ${config.baseUrl.replace(/:0$/, `:${port}`)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explainStart(error)}\n`);
  process.exit(1);
});
