import type { Logger } from '../logger.ts';
import type { Route } from './route.ts';

/** Each resolves when that part of the program can do its work, and rejects when not. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<void>>>;

const CHECK_TIMEOUT_MS = 3000;

/**
 * Probes for whoever runs the site: `/healthz` (the process answers) and `/readyz` (all it needs is there).
 */
export function operationRoutes({ checks, logger }: { checks: ReadinessChecks; logger: Logger }): Route[] {
  return [
    {
      method: 'GET',
      path: '/healthz',
      access: 'public',
      handler: (_req, res) => {
        res.set('Cache-Control', 'no-store').json({ status: 'ok' });
      },
    },
    {
      method: 'GET',
      path: '/readyz',
      access: 'public',
      handler: async (_req, res) => {
        const missing = await failingChecks(checks, logger);
        res.set('Cache-Control', 'no-store');
        if (missing.length === 0) res.json({ status: 'ok' });
        else res.status(503).json({ status: 'unavailable', missing });
      },
    },
  ];
}

async function failingChecks(checks: ReadinessChecks, logger: Logger): Promise<string[]> {
  const names = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await withinTime(check());
        return [];
      } catch (error) {
        logger.warn({ err: error, check: name }, 'not ready');
        return [name];
      }
    }),
  );
  return names.flat();
}

async function withinTime(check: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  });
  await Promise.race([check, timeout]).finally(() => clearTimeout(timer));
}
