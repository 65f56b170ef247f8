import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { StartError } from './start-error.ts';

/** Settings with a key or a password in them. Each may stand in a file, named by the variable with `_FILE` behind it. */
const SECRETS = ['DATABASE_URL', 'SESSION_SECRET', 'SMTP_URL', 'MLFLOW_TRACKING_URI'];

/**
 * The environment variables of this process that are not empty, with those of `.env` (where there is one) behind them,
 * and secrets from their files where nothing else sets them.
 *
 * @throws {StartError} when such a file cannot be read.
 */
export function readEnvironment(): Record<string, string | undefined> {
  const fromFile = existsSync('.env') ? parse(readFileSync('.env')) : {};
  const set = Object.entries(process.env).filter(([, value]) => value?.trim());
  const env: Record<string, string | undefined> = { ...fromFile, ...Object.fromEntries(set) };
  for (const name of SECRETS) env[name] = env[name]?.trim() || readSecret(`${name}_FILE`, env);
  return env;
}

function readSecret(variable: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const file = env[variable]?.trim();
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`${variable} is ${JSON.stringify(file)}, which cannot be read: ${reason}.`);
  }
}
